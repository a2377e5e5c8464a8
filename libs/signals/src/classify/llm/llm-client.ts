import Anthropic from '@anthropic-ai/sdk';
import OpenAI from 'openai';
import { LLM_ANSWER_JSON_SCHEMA, SYSTEM_PROMPT } from './llm-answer';

/** One turn of a conversation after the system's. */
export interface LlmMessage {
  role: 'user' | 'assistant';
  content: string;
}

export interface LlmReply {
  /** JSON, as far as the model kept to what it was told. */
  text: string;
  inputTokens: number;
  outputTokens: number;
}

/** A language model behind its vendor's SDK. Throws what the SDK throws when it could not be asked; that text may hold no key. */
export interface LlmClient {
  readonly model: string;
  ask(messages: readonly LlmMessage[]): Promise<LlmReply>;
}

export interface LlmClientOptions {
  provider: 'openai' | 'anthropic';
  model: string;
  /** Endpoints on one's own machine often need none. */
  apiKey: string | undefined;
  /** Of an endpoint that speaks the same as the vendor; undefined: the vendor's own. */
  baseUrl: string | undefined;
  timeoutMs: number;
  maxOutputTokens: number;
}

const ANSWER = 'answer';

export function makeLlmClient(options: LlmClientOptions): LlmClient {
  return options.provider === 'openai' ? new OpenAiClient(options) : new AnthropicClient(options);
}

/** Any endpoint that speaks OpenAI's chat completions. */
class OpenAiClient implements LlmClient {
  readonly model: string;
  private readonly api: OpenAI;

  constructor(private readonly options: LlmClientOptions) {
    this.model = options.model;
    const { apiKey = 'none', baseUrl: baseURL, timeoutMs: timeout } = options;
    this.api = new OpenAI({ apiKey, timeout, maxRetries: 0, logLevel: 'off', ...(baseURL && { baseURL }) });
  }

  async ask(messages: readonly LlmMessage[]): Promise<LlmReply> {
    const reply = await this.api.chat.completions.create({
      model: this.model,
      temperature: 0,
      max_tokens: this.options.maxOutputTokens,
      messages: [{ role: 'system', content: SYSTEM_PROMPT }, ...messages],
      response_format: { type: 'json_schema', json_schema: { name: ANSWER, strict: true, schema: LLM_ANSWER_JSON_SCHEMA } },
    });
    return {
      text: reply.choices[0]?.message.content ?? '',
      inputTokens: reply.usage?.prompt_tokens ?? 0,
      outputTokens: reply.usage?.completion_tokens ?? 0,
    };
  }
}

/** Anthropic's messages; the answer is the input of a tool that the model has to use. The API takes no temperature (SDK 1.14). */
class AnthropicClient implements LlmClient {
  readonly model: string;
  private readonly api: Anthropic;

  constructor(private readonly options: LlmClientOptions) {
    this.model = options.model;
    const { apiKey = 'none', baseUrl: baseURL, timeoutMs: timeout } = options;
    this.api = new Anthropic({ apiKey, timeout, maxRetries: 0, logLevel: 'off', ...(baseURL && { baseURL }) });
  }

  async ask(messages: readonly LlmMessage[]): Promise<LlmReply> {
    const reply = await this.api.messages.create({
      model: this.model,
      max_tokens: this.options.maxOutputTokens,
      system: SYSTEM_PROMPT,
      messages: messages.map(({ role, content }) => ({ role, content })),
      tools: [
        {
          name: ANSWER,
          description: 'Gives the calls that were read.',
          input_schema: LLM_ANSWER_JSON_SCHEMA as Anthropic.Tool.InputSchema,
        },
      ],
      tool_choice: { type: 'tool', name: ANSWER },
    });
    const used = reply.content.find((block) => block.type === 'tool_use');
    return {
      text: used ? JSON.stringify(used.input) : '',
      inputTokens: reply.usage.input_tokens,
      outputTokens: reply.usage.output_tokens,
    };
  }
}
