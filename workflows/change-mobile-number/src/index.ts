export { changeMobileNumberActivities } from './activities';
export { changeMobileNumber } from './workflow';
