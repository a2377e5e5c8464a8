import { parseDecimal } from '@maxxit/domain';
import { z } from 'zod';

/** A decimal as the venue hashes it: it reads the number and writes it again, so trailing zeros are gone ("1.10" → "1.1"). */
const decimal = z.string().transform((text, context) => {
  const value = parseDecimal(text);
  if (value && !value.isNegative()) return value.toFixed();
  context.addIssue({ code: 'custom', message: 'is not a decimal' });
  return z.NEVER;
});
const address = z
  .string()
  .regex(/^0x[0-9a-fA-F]{40}$/)
  .toLowerCase();
const cloid = z
  .string()
  .regex(/^0x[0-9a-fA-F]{32}$/)
  .toLowerCase();
const uint = z.number().int().nonnegative();
const oid = z.union([uint, cloid]);
/** Places the new order even where the old one is gone (from the types of @nktkas/hyperliquid 0.33.3). */
const always = z.literal(true).optional();

const order = z.object({
  a: uint,
  b: z.boolean(),
  p: decimal,
  s: decimal,
  r: z.boolean(),
  t: z.union([
    z.object({ limit: z.object({ tif: z.enum(['Gtc', 'Ioc', 'Alo', 'FrontendMarket']) }) }),
    z.object({ trigger: z.object({ isMarket: z.boolean(), triggerPx: decimal, tpsl: z.enum(['tp', 'sl']) }) }),
  ]),
  c: cloid.optional(),
});

/** Actions that an agent may sign. The order of the fields is part of what is signed. */
export const l1Action = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('order'),
    orders: z.array(order),
    grouping: z.union([z.enum(['na', 'normalTpsl', 'positionTpsl']), z.object({ p: uint })]),
    builder: z.object({ b: address, f: uint }).optional(),
  }),
  z.object({ type: z.literal('cancel'), cancels: z.array(z.object({ a: uint, o: uint })) }),
  z.object({ type: z.literal('cancelByCloid'), cancels: z.array(z.object({ asset: uint, cloid })) }),
  z.object({ type: z.literal('modify'), oid, order, a: always }),
  z.object({ type: z.literal('batchModify'), modifies: z.array(z.object({ oid, order })), a: always }),
  z.object({ type: z.literal('updateLeverage'), asset: uint, isCross: z.boolean(), leverage: uint }),
  z.object({ type: z.literal('updateIsolatedMargin'), asset: uint, isBuy: z.boolean(), ntli: z.number().int() }),
  z.object({ type: z.literal('scheduleCancel'), time: uint.optional() }),
  z.object({ type: z.literal('createSubAccount'), name: z.string() }),
  z.object({ type: z.literal('subAccountTransfer'), subAccountUser: address, isDeposit: z.boolean(), usd: uint }),
  z.object({ type: z.literal('setReferrer'), code: z.string() }),
  z.object({ type: z.literal('reserveRequestWeight'), weight: uint }),
  z.object({ type: z.literal('noop') }),
]);
export type L1Action = z.infer<typeof l1Action>;
export type WireOrder = z.infer<typeof order>;

const chain = { signatureChainId: z.string().regex(/^0x[0-9a-fA-F]+$/), hyperliquidChain: z.enum(['Mainnet', 'Testnet']) };

/** Actions that only a master signs, as typed data that a wallet shows. Amounts stay as they were signed. */
export const userAction = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('approveAgent'),
    ...chain,
    agentAddress: address,
    agentName: z.string().nullish(),
    nonce: uint,
  }),
  z.object({ type: z.literal('approveBuilderFee'), ...chain, maxFeeRate: z.string(), builder: address, nonce: uint }),
  z.object({ type: z.literal('usdSend'), ...chain, destination: address, amount: z.string(), time: uint }),
  z.object({ type: z.literal('withdraw3'), ...chain, destination: address, amount: z.string(), time: uint }),
  z.object({ type: z.literal('usdClassTransfer'), ...chain, amount: z.string(), toPerp: z.boolean(), nonce: uint }),
]);
export type UserAction = z.infer<typeof userAction>;

/** What `POST /exchange` and actions posted over the WebSocket carry. */
export const envelope = z.object({
  action: z.union([l1Action, userAction]),
  nonce: uint,
  signature: z.object({
    r: z.string().regex(/^0x[0-9a-fA-F]{1,64}$/),
    s: z.string().regex(/^0x[0-9a-fA-F]{1,64}$/),
    v: z.number().int().min(0).max(28),
  }),
  vaultAddress: address.nullish(),
  expiresAfter: uint.nullish(),
});
export type Envelope = z.infer<typeof envelope>;

export const isUserAction = (action: L1Action | UserAction): action is UserAction => 'signatureChainId' in action;
