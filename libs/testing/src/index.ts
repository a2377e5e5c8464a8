export * from './fake-clock';
export * from './test-database';
export * from './wait-for';
