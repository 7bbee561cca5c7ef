export { transferMoneyActivities } from './activities';
export { transferMoney } from './workflow';
