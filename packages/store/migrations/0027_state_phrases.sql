-- What a state's English sentence says, as a code with parameters, to be said in any language. Null: it was written before there were such, or
-- nothing is to be said.
ALTER TABLE channel_account ADD COLUMN state_phrase jsonb;
ALTER TABLE trunk ADD COLUMN state_phrase jsonb;
ALTER TABLE webhook ADD COLUMN state_phrase jsonb;
ALTER TABLE webhook_delivery ADD COLUMN phrase jsonb;
ALTER TABLE flow ADD COLUMN speech_phrase jsonb;
