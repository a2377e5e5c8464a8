import fs from 'node:fs';
import path from 'node:path';

// eslint-disable-next-line no-restricted-properties -- Not a setting: what production runs is built without this file and without its calls.
const FOLDER = process.env.FAULT_POINT_FOLDER;

/**
 * A step at which the proof of orders (tools/proof) may end the process as `kill -9` does. Write it as a statement of its own with a
 * literal name that occurs nowhere else: tools/build.mjs takes the calls out unless it is told `--fault-points`.
 *
 * A file of that name in the folder FAULT_POINT_FOLDER arms the step; it holds at which hit, counted from 1. The process that reaches it
 * renames the file to `<name>.struck` and dies, so one armed file ends one process.
 */
export function faultPoint(name: string): void {
  if (!FOLDER) return;
  const armed = path.join(FOLDER, name);
  try {
    const hit = Number(fs.readFileSync(armed, 'utf8'));
    if (hit > 1) return fs.writeFileSync(armed, String(hit - 1));
    fs.renameSync(armed, `${armed}.struck`);
  } catch {
    return; // not armed, or another process was quicker
  }
  process.kill(process.pid, 'SIGKILL');
}
