import { clientOrderId, protectiveOrderId } from './client-order-id';

const DEPLOYMENT = '01890a5d-ac96-774b-bcce-b302099a8057';
const SIGNAL = '01890a5d-ac96-774b-bcce-b302099a8058';

describe('clientOrderId', () => {
  // printf '%s' '<deployment>:<signal>:open:0' | sha256sum | cut -c1-32
  it.each([
    ['open', 0, '0xfb4df4fc90c2831d670b54ebc3d7271d'],
    ['close', 3, '0x2d6c682c1aea128303c6b02db0b5fcf9'],
  ] as const)('of purpose %s and leg %d is what sha256sum gives', (purpose, leg, expected) => {
    expect(clientOrderId(DEPLOYMENT, SIGNAL, purpose, leg)).toBe(expected);
  });

  it('differs with each of its parts', () => {
    const ids = [
      clientOrderId(DEPLOYMENT, SIGNAL, 'open', 0),
      clientOrderId(SIGNAL, DEPLOYMENT, 'open', 0),
      clientOrderId(DEPLOYMENT, SIGNAL, 'close', 0),
      clientOrderId(DEPLOYMENT, SIGNAL, 'close', 1),
    ];
    expect(new Set(ids).size).toBe(ids.length);
  });
});

describe('protectiveOrderId', () => {
  // printf '%s' '0xfb4df4fc90c2831d670b54ebc3d7271d:stop:0' | sha256sum | cut -c1-32
  it.each([
    ['stop', 0, '0xdeb84a65efea1cc0b9de0f9ffc8edcae'],
    ['take_profit', 2, '0x4abcc72dee7f8adf2b480df76cbbe612'],
  ] as const)('of kind %s and revision %d is what sha256sum gives', (kind, revision, expected) => {
    expect(protectiveOrderId('0xfb4df4fc90c2831d670b54ebc3d7271d', kind, revision)).toBe(expected);
  });
});
