import { operatorOnly } from '@bankside/auth';
import { correlationId, type StoryCommits } from '@bankside/contracts/http/stories';
import { storyOf, type StoryCommit } from '@bankside/feed';
import { parseParams } from '@bankside/http';
import { defined } from '@bankside/std';
import { Router } from 'express';
import type { Pool } from 'pg';
import * as z from 'zod';

const params = z.object({ correlationId });

/** Without the data of events, which may be about persons. */
const toResponse = (service: string, { commit, ...fed }: StoryCommit): StoryCommits['commits'][number] => {
  const { stream, revision, at, events, commandId, actor, trace, correlationId: story, causationId } = commit;
  return {
    id: `${service}/${stream}@${revision}`,
    causedBy: causationId ?? story!,
    at,
    service,
    stream,
    revision,
    events: events.map(({ type }) => type),
    commandId,
    ...defined({ actor, trace }),
    fedAt: fed.fedAt,
    published: [...fed.published],
  };
};

/** `GET /stories/{correlationId}`: the commits of this service that follow from a request, for operators through the gateway. */
export const storyRoutes = (pool: Pool, service: string): Router => {
  const router = Router();
  router.get('/:correlationId', operatorOnly, async (req, res) => {
    const { commits, more } = await storyOf(pool, service, parseParams(params, req.params).correlationId);
    res.json({ commits: commits.map((one) => toResponse(service, one)), more } satisfies StoryCommits);
  });
  return router;
};
