-- The calls about one saga, for its page.
create index audit_action_saga on audit_action ((targets ->> 'sagaId'), position) where targets ? 'sagaId';
