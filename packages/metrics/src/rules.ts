import { alertRules, type AlertName, type AlertRule } from './alerts';
import { render } from './expression';

/** A folder of the repository; an installation replaces it by an address. */
const RUNBOOKS = 'docs/runbooks';

/** The alert rules as Prometheus reads them. */
export const prometheusRules = (runbooks = RUNBOOKS) => ({
  groups: [
    {
      name: 'bankside',
      rules: (Object.entries(alertRules) as [AlertName, AlertRule][]).map(([alert, rule]) => ({
        alert,
        expr: render(rule.expression),
        ...(rule.forSeconds > 0 && { for: `${rule.forSeconds}s` }),
        labels: { severity: rule.severity },
        annotations: { summary: rule.summary, runbook_url: `${runbooks}/${alert}.md` },
      })),
    },
  ],
});
