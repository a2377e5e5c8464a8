import { learn, parseCorpus } from '@maxxit/signals';
import fs from 'node:fs';
import { parseArgs } from 'node:util';

/** Learns from the corpus what makes a call; with --check only says whether what is written down is what it gives. */
const { values } = parseArgs({ options: { check: { type: 'boolean', default: false } } });
const FILE = 'libs/signals/src/classify/weights.ts';

const posts = ['development', 'hard'].flatMap((part) => parseCorpus(fs.readFileSync(`libs/signals/corpus/${part}.jsonl`, 'utf8')));
const { bias, weights } = learn(posts);
const lines = Object.entries(weights).map(([feature, weight]) => `  ${JSON.stringify(feature)}: ${weight},\n`);
const text = `// Written by \`npm run classifier:weights\` from ${posts.length} posts of the corpus.

/** The log odds of a call without any feature. */
export const BIAS = ${bias};

/** What each feature adds to them. */
export const WEIGHTS: Readonly<Record<string, number>> = {
${lines.join('')}};
`;
if (!values.check) fs.writeFileSync(FILE, text);
else if (fs.readFileSync(FILE, 'utf8') !== text) {
  console.error(`${FILE} is out of date. Run: npm run classifier:weights`);
  process.exitCode = 1;
}
