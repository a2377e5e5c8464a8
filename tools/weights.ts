import { learn, parseCorpus } from '@maxxit/signals';
import { parseArgs } from 'node:util';
import fs from 'node:fs';

const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const FILE = 'libs/signals/src/classify/weights.ts';
const posts = ['development', 'hard'].flatMap((part) => parseCorpus(fs.readFileSync(`libs/signals/corpus/${part}.jsonl`, 'utf8')));
const { bias, weights } = learn(posts);
const text = `// Learnt from the corpus by \`npm run classifier:weights\`; not written by hand.
export const BIAS = ${bias};
export const WEIGHTS: Readonly<Record<string, number>> = {
${Object.entries(weights)
  .map(([feature, weight]) => `  ${JSON.stringify(feature)}: ${weight},`)
  .join('\n')}
};
`;
if (!values.check) fs.writeFileSync(FILE, text);
else if (fs.readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} is out of date: run npm run classifier:weights.`);
  process.exit(1);
}
console.log(`${posts.length} posts, ${Object.keys(weights).length} features`);
