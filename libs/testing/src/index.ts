// Libs that may not know a venue test against this one.
export { PaperAdapter, type PaperFault, type PaperOptions } from '@maxxit/venues';
export * from './fake-clock';
export * from './given';
export * from './ostium-chain';
export * from './own-postgres';
export * from './post-source-contract';
export * from './scenario';
export * from './sign-in';
export * from './simulator-control';
export * from './system';
export * from './test-database';
export * from './wait-for';
export * from './find-secrets';
export * from './recording';
export * from './written';
