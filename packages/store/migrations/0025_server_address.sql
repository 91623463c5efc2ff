-- Where voice nodes reach a server node: they have a link to each.
ALTER TABLE server_node ADD COLUMN url text;
