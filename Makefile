# Everything here is a script in tools/ or one line.
SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check build dev demo bench screenshots fmt lint dist

# More words for what is started: make run ARGS="--listen 127.0.0.1:4000"
ARGS ?=

help: ## this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: dist ## install what is missing, build the release, serve it at 127.0.0.1:3000
	@. tools/env && exec dist/usher serve $(ARGS)

test: ## install what is missing, run every check, the browser's too
	@tools/test

check: ## the fast lane: format, lints, and the tests of the crates that changed
	@tools/setup check
	@tools/check $(ARGS)

build: ## leave the release in dist/, which runs from any folder
	@tools/setup build
	@tools/build

dev: ## serve while you change it: what is saved is built, and the open pages reload
	@tools/setup build
	@. tools/env && exec tools/dev $(ARGS)

demo: dist ## fill a fictional organisation, print who can sign in
	@. tools/env && exec dist/usher demo $(ARGS)

bench: dist ## measure the release: sizes, times, rates
	@tools/bench $(ARGS)

screenshots: ## a picture of every page, into target/screenshots
	@tools/setup test
	@tools/build --if-changed
	@tools/end2end --config screenshots.config.ts $(ARGS)

fmt: ## put all Rust into its form
	@cargo fmt --all

lint: ## format and clippy, host and wasm32
	@tools/setup check
	@tools/lint

dist:
	@tools/setup build
	@tools/build --if-changed
