export { payCardActivities } from './activities';
export { payCard } from './workflow';
