import { spawnSync } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { faultPoints } from './proof/fault-points';

/** The compiled libs, as they are built with these flags, in one text. */
function build(...flags: string[]): string {
  const out = fs.mkdtempSync(path.join(os.tmpdir(), 'maxxit-build-'));
  try {
    const { status, stderr } = spawnSync(process.execPath, ['tools/build.mjs', 'apps', 'libs', '--out', out, ...flags], {
      encoding: 'utf8',
    });
    expect(`${status} ${stderr}`).toBe('0 ');
    return fs
      .globSync('**/*.{js,map}', { cwd: out })
      .map((file) => `${file}\n${fs.readFileSync(path.join(out, file), 'utf8')}`)
      .join('\n');
  } finally {
    fs.rmSync(out, { recursive: true, force: true });
  }
}

describe('fault points', () => {
  it('are not in what production runs', () => {
    const built = build();
    expect(built).toContain('OpenPositionHandler');
    expect(built).not.toMatch(/fault-?_?point/i);
  });

  it('are in the build that the proof runs, at 40 steps or more, each with a name of its own', () => {
    const names = faultPoints();
    expect(names.length).toBeGreaterThanOrEqual(40);
    expect(new Set(names).size).toBe(names.length);
    const built = build('--fault-points');
    expect(names.filter((name) => !built.includes(`faultPoint('${name}')`))).toEqual([]);
  });
});
