export * from './contract/venue-contract';
export * from './paper/paper.adapter';
export * from './venue-registry';
export * from './venues.module';
export * from './venues.settings';
