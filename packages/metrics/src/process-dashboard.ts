import { max, select } from './expression';
import { percentile, perSecond, query, type Dashboard } from './panel';

export const processes: Dashboard = {
  title: 'Bankside: processes',
  panels: [
    {
      title: 'Reachable',
      unit: 'bool',
      queries: [
        query(max(select('up', { job: 'bankside' }), 'service', 'instance'), '{{service}} {{instance}}'),
      ],
    },
    {
      title: 'CPU',
      unit: 'percentunit',
      queries: [query(perSecond('process_cpu_seconds_total', {}, 'service'), '{{service}}')],
    },
    {
      title: 'Memory',
      unit: 'bytes',
      queries: [query(max(select('process_resident_memory_bytes'), 'service'), '{{service}}')],
    },
    {
      title: 'Utilization of the event loop',
      unit: 'percentunit',
      queries: [query(max(select('event_loop_utilization'), 'service'), '{{service}}')],
    },
    {
      title: 'Temporal worker',
      unit: 'short',
      queries: [
        query(max(select('temporal_worker_tasks'), 'kind'), '{{kind}}'),
        query(max(select('temporal_sticky_cache_size')), 'sticky cache'),
      ],
    },
    {
      title: 'Workflow tasks, p95',
      unit: 's',
      queries: [
        query(
          percentile(0.95, 'temporal_workflow_task_execution_latency_seconds_bucket', {}, 'workflow_type'),
          '{{workflow_type}}',
        ),
      ],
    },
    {
      title: 'Activities, p95',
      unit: 's',
      queries: [
        query(
          percentile(0.95, 'temporal_activity_execution_latency_seconds_bucket', {}, 'activity_type'),
          '{{activity_type}}',
        ),
      ],
    },
    {
      title: 'Requests to Temporal, p95',
      unit: 's',
      queries: [
        query(percentile(0.95, 'temporal_request_latency_seconds_bucket', {}, 'operation'), '{{operation}}'),
      ],
    },
  ],
};
