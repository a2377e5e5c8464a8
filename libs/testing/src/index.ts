export * from './fake-clock';
export * from './given';
export * from './own-postgres';
export * from './scenario';
export * from './simulator-control';
export * from './system';
export * from './test-database';
export * from './wait-for';
