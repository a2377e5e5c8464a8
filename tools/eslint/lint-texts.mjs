// Lints texts in place of files, by this workspace's configuration, in one ESLint process: ESLint and its configuration are ES
// modules, and jest runs CommonJS. stdin: [{ "file", "text" }], where the file exists; stdout: the ids of the broken rules of each.
import { ESLint } from 'eslint';
import { text } from 'node:stream/consumers';

const eslint = new ESLint();
const broken = [];
for (const { file, text: code } of JSON.parse(await text(process.stdin))) {
  const [result] = await eslint.lintText(code, { filePath: file });
  if (!result) throw new Error(`${file} is not linted`);
  broken.push(result.messages.map((message) => message.ruleId ?? message.message));
}
process.stdout.write(JSON.stringify(broken));
