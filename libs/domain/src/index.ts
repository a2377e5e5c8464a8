export * from './client-order-id';
export * from './clock';
export * from './decimal';
export * from './errors';
export * from './ids';
export * from './key-vault';
export * from './sources';
export * from './venue';
