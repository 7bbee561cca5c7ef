import { attentionOperations } from './attention';
import { auditOperations } from './audit';
import { auditLogOperations } from './audit-log';
import { bankTotalsOperations } from './bank-totals';
import { consumerOperations } from './consumers';
import { curvesOperations } from './curves';
import { faultOperations } from './faults';
import { journalOperations } from './journal';
import type { ApiSection } from './operation';
import { projectionOperations } from './projections';
import { sagaOperations } from './sagas';
import { streamOperations } from './streams';
import { systemOperations } from './system';

export const operatorsApi = {
  tag: 'operators',
  description:
    'Operation of the system: what needs a person, sagas, streams, views, dead letters, faults and the audit log.',
  operations: {
    ...streamOperations,
    ...auditOperations,
    ...sagaOperations,
    ...attentionOperations,
    ...consumerOperations,
    ...projectionOperations,
    ...bankTotalsOperations,
    ...journalOperations,
    ...faultOperations,
    ...curvesOperations,
    ...systemOperations,
    ...auditLogOperations,
  },
} as const satisfies ApiSection;
