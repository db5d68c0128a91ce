// The browser: Debian's Chromium, without background requests of its own.
import { existsSync } from 'node:fs';

const isRoot = process.getuid?.() === 0;

export const launchOptions = {
  executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium',
  args: [
    ...(isRoot ? ['--no-sandbox'] : []),
    '--disable-quic',
    '--no-first-run',
    '--disable-background-networking',
    '--disable-component-update',
    '--disable-sync',
  ],
};

if (!existsSync(launchOptions.executablePath)) {
  throw new Error(`There is no browser at ${launchOptions.executablePath}: install chromium, or name it in CHROMIUM.`);
}

export const desktop = { width: 1280, height: 800 };
export const phone = { width: 375, height: 740 };
