import { LlmAnswerEntity } from '@maxxit/database';
import { Decimal, errorCode, type Classification, type Classifier } from '@maxxit/domain';
import { Logger } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { DataSource } from 'typeorm';
import type { SourceBudget } from '../../sources/source-budget';
import type { OfflineClassifier } from '../offline-classifier';
import { agree } from './agree';
import { parseAnswer, PROMPT_VERSION, repairPrompt, SYSTEM_PROMPT, userPrompt, type LlmAnswer } from './llm-answer';
import type { LlmClient, LlmMessage } from './llm-client';

export interface LlmPrices {
  /** USD for a million tokens. */
  inputUsd: Decimal;
  outputUsd: Decimal;
  maxOutputTokens: number;
}

const MILLION = 1_000_000;
/** Tokens are this long at least, on average over a prompt in any script, characters: the reserve is rather too large than too small. */
const MIN_CHARACTERS_PER_TOKEN = 1;
/** Answers kept in the process. */
const MAX_REMEMBERED = 1_000;

/**
 * The rules and a language model, and what they agree on (`agree`). When the model is away, over its budget or answers what doesn't fit even
 * after it was told so once, the rules decide alone, and the classification says why.
 */
export class LlmClassifier implements Classifier {
  private readonly logger = new Logger(LlmClassifier.name);
  private readonly remembered = new Map<string, string>();

  constructor(
    private readonly offline: OfflineClassifier,
    private readonly client: LlmClient,
    private readonly dataSource: DataSource,
    private readonly budget: SourceBudget,
    private readonly prices: LlmPrices,
  ) {}

  async classify(text: string): Promise<Classification> {
    const offline = await this.offline.classify(text);
    // Nothing that a model says makes a trade of these: it isn't paid for them.
    if (offline.refused.some(({ code }) => code === 'TOO_LONG' || code === 'LOOK_ALIKE_LETTERS' || code === 'INSTRUCTION_TO_READER')) {
      return offline;
    }
    const read = await this.read(text);
    if ('away' in read) {
      return { ...offline, refused: [...offline.refused, { code: 'LLM_AWAY', why: `the rules decided alone: ${read.away}` }] };
    }
    return {
      ...agree(text, offline, read.answer, (ticker) => this.offline.symbolOf(ticker)),
      model: `${this.client.model}+${offline.model}`,
      promptVersion: PROMPT_VERSION,
      rawHash: sha256(read.raw),
    };
  }

  /** The model's answer, from what is kept or by asking, or why there is none. */
  private async read(text: string): Promise<{ answer: LlmAnswer; raw: string } | { away: string }> {
    const textHash = sha256(text);
    const kept = this.remembered.get(textHash) ?? (await this.keptAnswer(textHash));
    if (kept !== undefined) {
      const parsed = parseAnswer(kept);
      if ('answer' in parsed) return { answer: parsed.answer, raw: kept };
    }
    try {
      const asked = await this.ask(text);
      if ('away' in asked) return asked;
      await this.keep(textHash, asked.raw);
      return asked;
    } catch (error) {
      // An SDK's message can quote what was sent.
      const cause = error instanceof Error ? error.name : 'error';
      this.logger.warn({ model: this.client.model, code: errorCode(error), cause }, 'the language model was not asked or gave no answer');
      return { away: `the model gave no answer (${errorCode(error) === 'INTERNAL' ? cause : errorCode(error)})` };
    }
  }

  /** Asks, and once more when the answer doesn't fit. */
  private async ask(text: string): Promise<{ answer: LlmAnswer; raw: string } | { away: string }> {
    const messages: LlmMessage[] = [{ role: 'user', content: userPrompt(text) }];
    let problem = '';
    for (let attempt = 1; attempt <= 2; attempt += 1) {
      const raw = await this.paid(messages);
      const parsed = parseAnswer(raw);
      if ('answer' in parsed) return { answer: parsed.answer, raw };
      problem = parsed.problem;
      messages.push({ role: 'assistant', content: raw.slice(0, 2_000) || '(nothing)' }, { role: 'user', content: repairPrompt(problem) });
    }
    this.logger.warn({ model: this.client.model, problem }, 'the language model answered twice what does not fit');
    return { away: 'the model answered twice what does not fit the schema' };
  }

  /** Reserves the most that one question can cost, and gives back what it did not. Throws RetryableError when there is no room. */
  private async paid(messages: readonly LlmMessage[]): Promise<string> {
    const characters = messages.reduce((sum, { content }) => sum + content.length, SYSTEM_PROMPT.length);
    const most = this.cost(Math.ceil(characters / MIN_CHARACTERS_PER_TOKEN), this.prices.maxOutputTokens);
    await this.budget.reserve({ usd: most, reads: 1 });
    const reply = await this.client.ask(messages);
    await this.budget.refund({ usd: most.minus(this.cost(reply.inputTokens, reply.outputTokens)), reads: 0 });
    return reply.text;
  }

  /** USD. */
  private cost(inputTokens: number, outputTokens: number): Decimal {
    const { inputUsd, outputUsd } = this.prices;
    return inputUsd.times(inputTokens).plus(outputUsd.times(outputTokens)).div(MILLION);
  }

  private async keptAnswer(textHash: string): Promise<string | undefined> {
    const row = await this.dataSource
      .getRepository(LlmAnswerEntity)
      .findOneBy({ model: this.client.model, promptVersion: PROMPT_VERSION, textHash });
    if (row) this.remember(textHash, row.answer);
    return row?.answer;
  }

  private async keep(textHash: string, answer: string): Promise<void> {
    this.remember(textHash, answer);
    const row = { model: this.client.model, promptVersion: PROMPT_VERSION, textHash, answer };
    await this.dataSource.createQueryBuilder().insert().into(LlmAnswerEntity).values(row).orIgnore().execute();
  }

  private remember(textHash: string, answer: string): void {
    const [oldest] = this.remembered.keys();
    if (oldest !== undefined && this.remembered.size >= MAX_REMEMBERED) this.remembered.delete(oldest);
    this.remembered.set(textHash, answer);
  }
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
