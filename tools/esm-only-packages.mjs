import fs from 'node:fs';
import path from 'node:path';

/** Whether a package's `exports` names a CommonJS build of its own; NestJS names its ES module under "require" as well. */
function hasCommonJs(exported, key) {
  if (typeof exported === 'string') return key === 'require' && /\.cjs$|cjs\//.test(exported);
  if (typeof exported !== 'object' || exported === null) return false;
  return Object.entries(exported).some(([name, value]) =>
    hasCommonJs(value, name === 'default' || name.startsWith('.') || key === 'require' ? key : name),
  );
}

/** Names of the installed packages that exist only as ES modules: jest, which runs CommonJS, has to compile them. */
export function esmOnlyPackages(root) {
  const { packages } = JSON.parse(fs.readFileSync(path.join(root, 'node_modules/.package-lock.json'), 'utf8'));
  const names = new Set();
  for (const dir of Object.keys(packages)) {
    const manifest = path.join(root, dir, 'package.json');
    if (!fs.existsSync(manifest)) continue;
    const { type, exports } = JSON.parse(fs.readFileSync(manifest, 'utf8'));
    if (type === 'module' && !hasCommonJs(exports, '')) names.add(dir.slice(dir.lastIndexOf('node_modules/') + 13));
  }
  return [...names].sort();
}
