export * from './contract/venue-contract';
export * from './paper/paper.adapter';
export { readAnswer, ServiceCallError, ServiceHttp, type ServiceAnswer } from './service-http';
export * from './signing';
export { settingsPrefix, venueModule, venueModuleSettings, type ProvidedAdapter, type VenueModule } from './venue-modules';
export * from './venue-registry';
export * from './venues.module';
export * from './venues.settings';
