// Every npm script goes through this file, which needs only the Node that npm itself runs on: it provides Node 24, pnpm
// and the dependencies, then runs a script of this repository with that Node. It remembers the tools that it fetched, so
// the next start costs nothing and needs no network.

import { spawn, spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { constants, homedir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

const oldest = { node: 24, pnpm: 12 };
const packages = { node: 'node@24.21.0', pnpm: 'pnpm@12.21.0' };

const root = dirname(fileURLToPath(import.meta.url));
const project = JSON.parse(readFileSync(join(root, 'packages/project/project.json'), 'utf8'));
const prefix = project.name.toUpperCase().replaceAll('-', '_');
const cache =
  process.env[`${prefix}_CACHE`] ||
  join(process.env.XDG_CACHE_HOME || join(ownHome(), '.cache'), project.name);
const memory = join(cache, 'tools.json');
const stamp = join(root, 'node_modules', `.${project.name}-installed`);

// With --lock, it updates the lockfile to the package.json files and runs nothing.
// With --servers in front of the script, it fetches the servers while it installs the dependencies.
const [withServers, script, ...args] =
  process.argv[2] === '--servers' ? process.argv.slice(2) : [null, ...process.argv.slice(2)];
try {
  if (process.argv[2] === '--lock') {
    await lockDependencies(await findTools(['node', 'pnpm']));
    process.exit();
  }
  if (!script) throw new Error('run.mjs runs a script of ours: node run.mjs demo/src/start.ts');
  const lockfile = fingerprint();
  const isInstalled = existsSync(stamp) && readFileSync(stamp, 'utf8') === lockfile;
  const tools = await findTools(isInstalled ? ['node'] : ['node', 'pnpm']);
  if (!isInstalled) {
    await Promise.all([installDependencies(tools, lockfile), withServers && fetchForServers(tools.node)]);
  }
  process.exitCode = await run(tools.node, script, args);
} catch (error) {
  console.error(error.message);
  process.exitCode = 1;
}

/** Programs run from the cache, so it must not be in a folder that others may write to. */
function ownHome() {
  try {
    const home = homedir();
    if (home) return home;
  } catch {
    // The system knows no home folder either.
  }
  console.error(
    `There is no home folder for downloads: set ${prefix}_CACHE to a folder that no other user can write to.`,
  );
  process.exit(1);
}

/** The paths of the tools: installed ones, else those that npm fetches, all at once. */
async function findTools(names) {
  const found = Object.fromEntries(names.map((name) => [name, onThisMachine(name) ?? remembered(name)]));
  const missing = names.filter((name) => !found[name]);
  if (missing.length === 0) return found;
  const wanted = missing.map((name) => packages[name]);
  console.log(`fetching ${wanted.join(' and ')}, once`);
  const npm = ['exec', '--yes', '--loglevel=error', ...wanted.map((name) => `--package=${name}`)];
  const { status, output } = await collect('npm', [
    ...npm,
    '-c',
    missing.map((name) => `command -v ${name}`).join('; '),
  ]);
  const paths = output.split('\n').filter((line) => line.startsWith('/'));
  const fetched = Object.fromEntries(missing.map((name, index) => [name, paths[index]]));
  if (status !== 0 || missing.some((name) => !isNewEnough(name, fetched[name]))) {
    const reason = /npm (?:error|ERR!) code (\S+)/.exec(output)?.[1] ?? `npm ended with ${status}`;
    throw new Error(
      `npm could not fetch ${wanted.join(' and ')} (${reason}): is its registry reachable from here?`,
    );
  }
  remember(fetched);
  return { ...found, ...fetched };
}

function onThisMachine(name) {
  if (name !== 'node') return isNewEnough(name, name) ? name : undefined;
  return Number(process.versions.node.split('.')[0]) >= oldest.node ? process.execPath : undefined;
}

function isNewEnough(name, program) {
  const { stdout } = spawnSync(program, ['--version'], {
    encoding: 'utf8',
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  return Number(/\d+/.exec(stdout ?? '')?.[0] ?? 0) >= oldest[name];
}

function remembered(name) {
  const { from, path } = readMemory()[name] ?? {};
  return from === packages[name] && existsSync(path) ? path : undefined;
}

function readMemory() {
  try {
    return JSON.parse(readFileSync(memory, 'utf8'));
  } catch {
    return {};
  }
}

function remember(paths) {
  const entries = Object.entries(paths).map(([name, path]) => [name, { from: packages[name], path }]);
  try {
    mkdirSync(cache, { recursive: true });
    writeFileSync(memory, JSON.stringify({ ...readMemory(), ...Object.fromEntries(entries) }, null, 2));
  } catch {
    // If they cannot be remembered, npm's own cache provides them each time.
  }
}

function fingerprint() {
  return createHash('sha256')
    .update(readFileSync(join(root, 'pnpm-lock.yaml')))
    .digest('hex');
}

/** Updates the lockfile to the package.json files; offline, if everything has been fetched before. */
async function lockDependencies(tools) {
  console.log('locking the dependencies');
  try {
    await install(tools, ['--no-frozen-lockfile', '--offline']);
  } catch {
    await install(tools, ['--no-frozen-lockfile']);
  }
  writeFileSync(stamp, fingerprint());
}

/** Installs the locked dependencies, once for each lockfile: the fingerprint of the lockfile is stored next to them. */
async function installDependencies(tools, lockfile) {
  console.log('installing the dependencies, once for each lockfile');
  await install(tools, ['--frozen-lockfile']);
  writeFileSync(stamp, lockfile);
}

async function install({ node, pnpm }, how) {
  let last = 0;
  const showProgress = (line) => {
    const [, all, have] = /Progress: resolved (\d+).* added (\d+)/.exec(line) ?? [];
    if (!all || Date.now() - last < 2_000) return;
    last = Date.now();
    console.log(`  ${have} of ${all} packages`);
  };
  const flags = [...how, '--reporter=append-only', '--config.confirm-modules-purge=false'];
  const { status, output } = await collect(
    pnpm,
    ['install', ...flags],
    { env: nodeFirst(node) },
    showProgress,
  );
  if (status !== 0) {
    const reason = /ERR_PNPM_\w+|ENOTFOUND|ECONNREFUSED|EACCES|ENOSPC/.exec(output)?.[0];
    throw new Error(
      `pnpm could not install the dependencies (${reason ?? output.trim().split('\n').at(-1)}).`,
    );
  }
}

/** Prints its progress. If it fails, the script that needs the servers tries again and reports the reason. */
async function fetchForServers(node) {
  const command = [join(root, 'stack/src/commands/fetch.ts')];
  await collect(node, command, { env: nodeFirst(node), stdio: ['ignore', 'inherit', 'pipe'] });
}

/** Runs a program to its end without output; `onLine` gets each line that it prints. */
async function collect(program, args, options = {}, onLine = () => {}) {
  let output = '';
  const child = spawn(program, args, { cwd: root, stdio: ['ignore', 'pipe', 'pipe'], ...options });
  const take = (chunk) => {
    output += chunk;
    for (const line of String(chunk).split('\n')) onLine(line);
  };
  child.stdout?.on('data', take);
  child.stderr.on('data', take);
  return { status: await accompany(child), output };
}

/** The environment with that Node first on the path, and with a compile cache. */
function nodeFirst(node) {
  const PATH = dirname(node) + delimiter + process.env.PATH;
  const runner = { [`${prefix}_RUNNER_PID`]: String(process.pid) };
  return { NODE_COMPILE_CACHE: join(cache, 'compiled'), ...process.env, PATH, ...runner };
}

function run(node, file, rest) {
  const command = [join(root, file), ...rest];
  return accompany(spawn(node, command, { cwd: root, env: nodeFirst(node), stdio: 'inherit' }));
}

/**
 * Waits for the end of a child and returns its status. A terminal sends Ctrl-C to the child too; other signals, and the
 * death of npm, the parent of this process, are passed on to it.
 */
function accompany(child) {
  return new Promise((resolve, reject) => {
    const passOn = (signal) => child.kill(signal);
    const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'];
    for (const signal of signals) process.on(signal, passOn);
    const watch = whenOrphaned(() => child.kill('SIGTERM'));
    child.on('error', reject);
    child.on('close', (status, signal) => {
      clearInterval(watch);
      for (const one of signals) process.off(one, passOn);
      resolve(status ?? 128 + constants.signals[signal]);
    });
  });
}

/**
 * There may be a shell between npm and this process, and the shell would outlive npm: then both are watched. npm may also
 * have died before the first look, so that process 1 is the parent.
 */
function whenOrphaned(onOrphaned) {
  const { ppid } = process;
  const npm = process.env.npm_lifecycle_event && parentOfShell(ppid);
  const isAdopted =
    process.env.npm_lifecycle_event && [String(ppid), npm].includes('1') && !firstProcessIsNpm();
  const watch = setInterval(() => {
    if (!isAdopted && process.ppid === ppid && (!npm || parentOfShell(ppid) === npm)) return;
    clearInterval(watch);
    onOrphaned();
  }, 250);
  return watch;
}

/** True in a container. */
function firstProcessIsNpm() {
  return !existsSync('/proc/1/cmdline') || /npm|yarn|node|bun/.test(readFileSync('/proc/1/cmdline', 'utf8'));
}

/** Linux only: elsewhere the shell replaces itself by the program that it runs. */
function parentOfShell(pid) {
  try {
    const [, name, parent] = /^\d+ \((.*)\) \S (\d+)/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8')) ?? [];
    return /^(ba|da|z|k|)sh$/.test(name) ? parent : undefined;
  } catch {
    return undefined;
  }
}
