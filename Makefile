# Each target is a script in tools/, or one line.
SHELL := bash
.DEFAULT_GOAL := help
.NOTPARALLEL:
.PHONY: help run test check build dev demo bench screenshots fmt lint dist

# Further arguments for the command: make run ARGS="--listen 127.0.0.1:4000"
ARGS ?=

help: ## print this list
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-12s %s\n", $$1, $$2 }' Makefile

run: dist ## install what is missing, build the release, and serve it at 127.0.0.1:3000
	@. tools/env && exec dist/usher serve $(ARGS)

test: ## install what is missing, and run every check, including the browser tests
	@tools/test

check: ## run the fast checks: format, lints, and the tests of the crates that changed
	@tools/setup check
	@tools/check $(ARGS)

build: ## build the release into dist/, which runs from any folder
	@tools/setup build
	@tools/build

dev: ## serve during development: saved files are built, and open pages reload
	@tools/setup build
	@. tools/env && exec tools/dev $(ARGS)

demo: dist ## fill two fictional organisations, and print who can sign in
	@. tools/env && exec dist/usher demo $(ARGS)

bench: dist ## measure the release: sizes, times, rates
	@tools/bench $(ARGS)

screenshots: ## take a picture of every page, into target/screenshots
	@tools/setup test
	@tools/build --if-changed
	@tools/end2end --config screenshots.config.ts $(ARGS)

fmt: ## format all Rust code
	@cargo fmt --all

lint: ## check the format, and run Clippy for the host and for wasm32
	@tools/setup check
	@tools/lint

dist:
	@tools/setup build
	@tools/build --if-changed
