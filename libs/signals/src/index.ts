export * from './classify/classification-json';
export * from './classify/offline-classifier';
