-- Run once, when the server's data folder is made: the hub's own role, which owns its database and is no superuser.
\set password `cat /run/hub-secrets/hub-password`
CREATE ROLE hub LOGIN PASSWORD :'password';
CREATE DATABASE hub OWNER hub;
REVOKE CONNECT ON DATABASE hub FROM PUBLIC;
