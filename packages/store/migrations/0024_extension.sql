-- By which colleagues dial a desk phone; null: by its user name alone.
ALTER TABLE desk_phone ADD COLUMN extension text CHECK (extension ~ '^[0-9]{2,6}$');
CREATE UNIQUE INDEX desk_phone_extension ON desk_phone (tenant_id, extension);
