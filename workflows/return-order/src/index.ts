export { returnOrderActivities } from './activities';
export { returnOrder } from './workflow';
