export { holds, type Report } from './report';
export { runChaos, type RunOptions } from './run';
