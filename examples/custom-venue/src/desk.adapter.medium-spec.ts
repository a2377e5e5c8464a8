import { systemClock, unlimitedBudget, type KeyVault } from '@maxxit/domain';
import { describeVenueContract, ServiceHttp, type ContractFault, type VenueWorld } from '@maxxit/venues';
import { HttpService } from '@nestjs/axios';
import axios from 'axios';
import { privateKeyToAddress } from 'viem/accounts';
import { DeskAdapter } from './desk.adapter';
import { DeskClient } from './desk.client';
import { Desk, type DeskFault } from './desk.double';

const PRIVATE_KEY = `0x${'4c0883a69102937d'.repeat(4)}` as const;
const DELEGATE = privateKeyToAddress(PRIVATE_KEY).toLowerCase();
const ACCOUNT = { address: `0x${'ab'.repeat(20)}`, keyId: 'key-1' };
const SYMBOL = 'ACME';
const FAULTS: Record<ContractFault, DeskFault> = {
  answer_lost: 'answer_lost',
  request_lost: 'request_lost',
  unreadable: 'unreadable',
  no_margin: 'NO_MARGIN',
  not_approved: 'KEY_NOT_ALLOWED',
};
const vault: KeyVault = {
  seal: () => Promise.reject(new Error('not needed here')),
  use: (_keyId, work) => work(PRIVATE_KEY),
};

async function deskWorld(): Promise<VenueWorld> {
  const desk = new Desk();
  const url = await desk.start();
  desk.setPrice(SYMBOL, 100);
  desk.deposit(ACCOUNT.address, 20_000);
  desk.allowKey(ACCOUNT.address, DELEGATE);
  const http = new ServiceHttp(new HttpService(axios.create()), 'The desk', url, 5_000);
  return {
    adapter: new DeskAdapter(new DeskClient(http, unlimitedBudget, { weight: 1_200, windowMs: 60_000 }), systemClock, vault),
    account: ACCOUNT,
    delegate: DELEGATE,
    secrets: [PRIVATE_KEY.slice(2)],
    symbol: SYMBOL,
    limitsSlippage: true,
    setPrice: (price) => desk.setPrice(SYMBOL, price),
    failNext: (fault) => desk.failNext(FAULTS[fault]),
    deposit: (usd) => desk.deposit(ACCOUNT.address, usd),
    closeMarket: () => desk.closeMarket(SYMBOL),
    approval: {
      revoke: () => desk.takeKeyBack(ACCOUNT.address, DELEGATE),
      expire: (at) => desk.allowKey(ACCOUNT.address, DELEGATE, at),
    },
    garble: () => void (desk.garbled = true),
    disconnect: () => desk.stop(),
    executedOrders: () => desk.executedOrders,
    dispose: () => desk.stop(),
  };
}

describeVenueContract('the desk', deskWorld);
