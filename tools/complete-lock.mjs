// npm leaves optional packages for other platforms out of package-lock.json when its registry does not serve them, and
// `npm ci` then refuses that lock file. This adds an entry for each: `npm run lock` runs it after `npm install`.
import fs from 'node:fs';

const PLATFORMS = {
  os: ['darwin', 'linux', 'win32', 'windows', 'freebsd', 'openbsd', 'netbsd', 'sunos', 'aix', 'android', 'openharmony'],
  cpu: ['x64', 'arm64', 'arm', 'armv7', 'ia32', 'ppc64', 'ppc64le', 's390x', 'riscv64', 'loong64', 'mips64el', 'wasm32'],
};
const lock = JSON.parse(fs.readFileSync('package-lock.json', 'utf8'));

/** Node's look-up: the package may be installed beside its dependant or in any folder above it. */
function isLocked(dependant, name) {
  let dir = dependant;
  for (;;) {
    if (lock.packages[`${dir ? `${dir}/` : ''}node_modules/${name}`]) return true;
    if (!dir) return false;
    dir = dir.includes('/node_modules/') ? dir.slice(0, dir.lastIndexOf('/node_modules/')) : '';
  }
}

const added = [];
for (const [dir, entry] of Object.entries(lock.packages)) {
  for (const [name, range] of Object.entries(entry.optionalDependencies ?? {})) {
    if (isLocked(dir, name)) continue;
    const words = name.split(/[/_-]/);
    const os = words.find((word) => PLATFORMS.os.includes(word));
    const cpu = words.find((word) => PLATFORMS.cpu.includes(word)) ?? (words.includes('eabi') ? 'arm' : undefined);
    if (!os && cpu !== 'wasm32') continue;
    lock.packages[`node_modules/${name}`] = {
      version: range.replace(/^[\^~]/, ''),
      cpu: [cpu ?? 'none'],
      ...(entry.dev ? { dev: true } : {}),
      optional: true,
      os: [os === 'windows' ? 'win32' : (os ?? 'none')],
    };
    added.push(name);
  }
}
lock.packages = Object.fromEntries(Object.entries(lock.packages).sort(([a], [b]) => a.localeCompare(b, 'en')));
fs.writeFileSync('package-lock.json', `${JSON.stringify(lock, null, 2)}\n`);
console.log(`package-lock.json: ${added.length} optional packages of other platforms added`);
