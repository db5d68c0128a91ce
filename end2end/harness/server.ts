// Starts the product as it is shipped: dist/usher with a fresh data folder and its private Postgres.
import { type ChildProcess, execFile, spawn } from 'node:child_process';
import { createWriteStream, existsSync } from 'node:fs';
import { chmod, mkdir, mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

const binary = process.env.USHER_TEST_BINARY ?? fileURLToPath(new URL('../../dist/usher', import.meta.url));
/** The folder with the logs of the servers. */
const logs = fileURLToPath(new URL('../test-results/', import.meta.url));

export interface Usher {
  url: string;
  /** The one-time set-up link of a server that is not set up yet. */
  setUpLink: string | undefined;
  stop(): Promise<void>;
}

export async function freePort(): Promise<number> {
  return await new Promise((done, failed) => {
    const probe = createServer();
    probe.once('error', failed);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address && typeof address === 'object' ? done(address.port) : failed(new Error('no port'))));
    });
  });
}

/** The environment of the server, without settings from the shell that runs the tests. */
function environment(settings: Record<string, string>): NodeJS.ProcessEnv {
  const kept = ['PATH', 'HOME', 'LANG', 'TMPDIR', 'PG_BINDIR'].flatMap((name) => (process.env[name] ? [[name, process.env[name]]] : []));
  return { ...(Object.fromEntries(kept) as Record<string, string>), ...settings };
}

/** Starts a server, with the demo data if `demo` is set. It logs to `test-results/<name>.log`. */
export async function start(name: string, options: { smtp?: number; demo?: boolean }): Promise<Usher> {
  if (!existsSync(binary)) {
    throw new Error(`There is no ${binary}: run \`make build\` first.`);
  }
  const folder = await mkdtemp(join(tmpdir(), `usher-${name}-`));
  await chmod(folder, 0o755);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}`;
  const env = environment({
    USHER_DATA: join(folder, 'data'),
    USHER_LISTEN: `127.0.0.1:${port}`,
    USHER_PUBLIC_URL: url,
    ...(options.smtp ? { USHER_SMTP_URL: `smtp://127.0.0.1:${options.smtp}?tls=none`, USHER_MAIL_FROM: 'Usher <no-reply@usher.example>' } : {}),
  });
  if (options.demo) {
    await promisify(execFile)(binary, ['demo'], { env, cwd: folder, timeout: 180_000 });
  }
  const server = spawn(binary, ['serve'], { env, cwd: folder, stdio: ['ignore', 'pipe', 'pipe'] });
  await mkdir(logs, { recursive: true });
  const log = createWriteStream(join(logs, `${name}.log`));
  let printed = '';
  server.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()));
  server.stdout.pipe(log);
  server.stderr.pipe(log);
  await ready(server, url, () => printed);
  return {
    url,
    setUpLink: await readFile(join(folder, 'data/setup-link'), 'utf8').then((link) => link.trim(), () => undefined),
    stop: async () => {
      await stop(server);
      await rm(folder, { recursive: true, force: true });
    },
  };
}

async function ready(server: ChildProcess, url: string, printed: () => string): Promise<void> {
  const until = Date.now() + 60_000;
  while (Date.now() < until) {
    if (server.exitCode !== null) {
      throw new Error(`usher ended with ${server.exitCode}:\n${printed()}`);
    }
    const answer = await fetch(`${url}/readyz`).catch(() => undefined);
    if (answer?.ok) {
      return;
    }
    await new Promise((later) => setTimeout(later, 100));
  }
  throw new Error(`usher was not ready within a minute:\n${printed()}`);
}

async function stop(server: ChildProcess): Promise<void> {
  if (server.exitCode !== null) {
    return;
  }
  const ended = new Promise<void>((done) => server.once('exit', () => done()));
  server.kill('SIGTERM');
  const late = setTimeout(() => server.kill('SIGKILL'), 30_000);
  await ended;
  clearTimeout(late);
}
