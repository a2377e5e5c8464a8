export * from './fake-clock';
export * from './given';
export * from './test-database';
export * from './wait-for';
