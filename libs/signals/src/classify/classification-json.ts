import type { Call, Classification, Refusal } from '@maxxit/domain';

/** A classification as `maxxit classify` prints it, one a line: prices are decimal strings, leverage and confidence numbers. */
export interface ClassificationJson {
  id: string;
  calls: {
    symbol: string;
    side: Call['side'];
    leverage: number | null;
    entry: string | null;
    stopLoss: string | null;
    takeProfits: string[];
    confidence: number;
  }[];
  refused: Refusal[];
  model: string;
}

export function classificationJson(id: string, classification: Classification): ClassificationJson {
  return {
    id,
    calls: classification.calls.map((call) => ({
      symbol: call.symbol,
      side: call.side,
      leverage: call.leverage?.toNumber() ?? null,
      entry: call.entry?.toFixed() ?? null,
      stopLoss: call.stopLoss?.toFixed() ?? null,
      takeProfits: call.takeProfits.map((price) => price.toFixed()),
      confidence: call.confidence,
    })),
    refused: classification.refused,
    model: classification.model,
  };
}
