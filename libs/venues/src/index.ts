export * from './paper/paper.adapter';
