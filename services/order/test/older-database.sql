-- The database of the service order as commit 24aa138 made it, with rows of three orders: a dump of its sixteen
-- migrations, before each table group had one file. pg_dump --no-owner --inserts, without comments and settings.
CREATE TABLE public.dead_letter_actions (
    id uuid NOT NULL,
    dead_letter_id uuid NOT NULL,
    message_id text,
    aggregate text NOT NULL,
    action text NOT NULL,
    actor uuid,
    reason text,
    at timestamp with time zone DEFAULT now() NOT NULL,
    CONSTRAINT dead_letter_actions_action_check CHECK ((action = ANY (ARRAY['replay'::text, 'replayed'::text, 'failed again'::text, 'discarded'::text])))
);

CREATE TABLE public.dead_letters (
    id uuid NOT NULL,
    "position" bigint NOT NULL,
    aggregate text NOT NULL,
    topic text NOT NULL,
    partition integer NOT NULL,
    "offset" bigint NOT NULL,
    message_id text,
    type text,
    value bytea,
    headers jsonb NOT NULL,
    kind text NOT NULL,
    error text,
    attempts integer NOT NULL,
    first_at timestamp with time zone DEFAULT now() NOT NULL,
    last_at timestamp with time zone DEFAULT now() NOT NULL,
    replay_at timestamp with time zone,
    key bytea,
    CONSTRAINT dead_letters_kind_check CHECK ((kind = ANY (ARRAY['malformed'::text, 'failed'::text, 'behind'::text])))
);

ALTER TABLE public.dead_letters ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.dead_letters_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.idempotency_keys (
    customer_id uuid NOT NULL,
    route text NOT NULL,
    key text NOT NULL,
    fingerprint bytea NOT NULL,
    status smallint,
    location text,
    etag text,
    body text,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.inbox (
    id uuid NOT NULL,
    received_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.order_history (
    order_id uuid NOT NULL,
    version integer NOT NULL,
    status text NOT NULL,
    at timestamp with time zone NOT NULL
);

CREATE TABLE public.order_lines (
    order_id uuid NOT NULL,
    "position" smallint NOT NULL,
    sku text NOT NULL,
    name text NOT NULL,
    quantity integer NOT NULL,
    unit_price_cents bigint NOT NULL,
    CONSTRAINT order_lines_quantity_check CHECK ((quantity > 0)),
    CONSTRAINT order_lines_unit_price_cents_check CHECK ((unit_price_cents >= 0))
);

CREATE TABLE public.orders (
    id uuid NOT NULL,
    customer_id uuid NOT NULL,
    status text NOT NULL,
    version integer NOT NULL,
    total_cents bigint NOT NULL,
    currency text NOT NULL,
    payment_token text,
    reason text,
    metadata jsonb DEFAULT '{}'::jsonb NOT NULL,
    placed_at timestamp with time zone NOT NULL,
    deadline_at timestamp with time zone NOT NULL,
    ended_at timestamp with time zone,
    deleted_at timestamp with time zone,
    due_at timestamp with time zone,
    attempts integer DEFAULT 0 NOT NULL,
    refunded_at timestamp with time zone,
    traceparent text,
    CONSTRAINT orders_ended_check CHECK (((ended_at IS NOT NULL) = (status = ANY (ARRAY['confirmed'::text, 'cancelled'::text])))),
    CONSTRAINT orders_reason_check CHECK ((reason = ANY (ARRAY['out-of-stock'::text, 'payment-declined'::text, 'customer'::text, 'deadline'::text]))),
    CONSTRAINT orders_status_check CHECK ((status = ANY (ARRAY['placed'::text, 'reserved'::text, 'confirmed'::text, 'cancelled'::text]))),
    CONSTRAINT orders_total_cents_check CHECK ((total_cents >= 0)),
    CONSTRAINT orders_version_check CHECK ((version > 0))
)
WITH (fillfactor='65');

CREATE TABLE public.outbox (
    "position" bigint NOT NULL,
    id uuid NOT NULL,
    topic text NOT NULL,
    type text NOT NULL,
    key text NOT NULL,
    data json NOT NULL,
    traceparent text,
    created_at timestamp with time zone DEFAULT now() NOT NULL,
    parked_until timestamp with time zone,
    parked_reason text,
    parkings integer DEFAULT 0 NOT NULL
)
WITH (autovacuum_vacuum_scale_factor='0', autovacuum_vacuum_threshold='5000');

ALTER TABLE public.outbox ALTER COLUMN "position" ADD GENERATED ALWAYS AS IDENTITY (
    SEQUENCE NAME public.outbox_position_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);

CREATE TABLE public.price_lists (
    id uuid DEFAULT gen_random_uuid() NOT NULL,
    created_at timestamp with time zone DEFAULT now() NOT NULL
);

CREATE TABLE public.prices (
    sku text NOT NULL,
    version integer NOT NULL,
    name text NOT NULL,
    price_cents bigint NOT NULL,
    currency text NOT NULL,
    deleted_at timestamp with time zone
);

CREATE TABLE public.schema_migrations (
    name text NOT NULL,
    checksum text NOT NULL,
    applied_at timestamp with time zone DEFAULT now() NOT NULL
);

INSERT INTO public.dead_letter_actions VALUES
    ('019ab000-0000-7000-8000-0000000000a1', '019ab000-0000-7000-8000-0000000000d1', NULL, '019ab000-0000-7000-8000-000000000003', 'replay', NULL, NULL, '2026-11-26 10:03:00+00');

INSERT INTO public.dead_letters OVERRIDING SYSTEM VALUE VALUES
    ('019ab000-0000-7000-8000-0000000000d1', 1, '019ab000-0000-7000-8000-000000000003', 'inventory.events', 0, 7, '019ab000-0000-7000-8000-0000000000e3', 'stock.reserved', '\x7b7d', '{}', 'malformed', 'orderId is missing', 1, '2026-11-26 10:02:01+00', '2026-11-26 10:02:01+00', NULL, '\x6b');

INSERT INTO public.idempotency_keys VALUES
    ('019ab000-0000-7000-8000-0000000000c1', 'POST /v1/orders', 'key-1', '\x0102', 201, '/v1/orders/019ab000-0000-7000-8000-000000000001', NULL, '{}', '2026-11-26 10:00:00+00');

INSERT INTO public.inbox VALUES
    ('019ab000-0000-7000-8000-0000000000e2', '2026-11-26 10:00:00.5+00');

INSERT INTO public.order_history VALUES
    ('019ab000-0000-7000-8000-000000000001', 1, 'placed', '2026-11-26 10:00:00+00'),
    ('019ab000-0000-7000-8000-000000000002', 1, 'placed', '2026-11-26 10:01:00+00'),
    ('019ab000-0000-7000-8000-000000000003', 1, 'placed', '2026-11-26 10:02:00+00'),
    ('019ab000-0000-7000-8000-000000000001', 2, 'reserved', '2026-11-26 10:00:00.5+00'),
    ('019ab000-0000-7000-8000-000000000001', 3, 'confirmed', '2026-11-26 10:00:01+00'),
    ('019ab000-0000-7000-8000-000000000002', 2, 'reserved', '2026-11-26 10:01:01+00'),
    ('019ab000-0000-7000-8000-000000000002', 3, 'cancelled', '2026-11-26 10:01:02+00');

INSERT INTO public.order_lines VALUES
    ('019ab000-0000-7000-8000-000000000001', 1, 'KEYBOARD', 'Keyboard', 2, 4900),
    ('019ab000-0000-7000-8000-000000000002', 1, 'KEYBOARD', 'Keyboard', 1, 4900),
    ('019ab000-0000-7000-8000-000000000003', 1, 'KEYBOARD', 'Keyboard', 1, 4900);

INSERT INTO public.orders VALUES
    ('019ab000-0000-7000-8000-000000000001', '019ab000-0000-7000-8000-0000000000c1', 'confirmed', 3, 9800, 'EUR', NULL, NULL, '{"gift": true}', '2026-11-26 10:00:00+00', '2026-11-26 10:15:00+00', '2026-11-26 10:00:01+00', NULL, NULL, 0, NULL, NULL),
    ('019ab000-0000-7000-8000-000000000002', '019ab000-0000-7000-8000-0000000000c1', 'cancelled', 3, 4900, 'EUR', NULL, 'customer', '{}', '2026-11-26 10:01:00+00', '2026-11-26 10:16:00+00', '2026-11-26 10:01:02+00', '2026-11-26 10:05:00+00', NULL, 0, '2026-11-26 10:01:03+00', NULL),
    ('019ab000-0000-7000-8000-000000000003', '019ab000-0000-7000-8000-0000000000c2', 'placed', 1, 4900, 'EUR', 'tok_ok', NULL, '{}', '2026-11-26 10:02:00+00', '2026-11-26 10:17:00+00', NULL, NULL, NULL, 0, NULL, NULL);

INSERT INTO public.outbox OVERRIDING SYSTEM VALUE VALUES
    (1, '019ab000-0000-7000-8000-0000000000e1', 'order.events', 'order.placed', '019ab000-0000-7000-8000-000000000003', '{"orderId":"019ab000-0000-7000-8000-000000000003"}', NULL, '2026-11-26 10:02:00+00', NULL, NULL, 0);

INSERT INTO public.price_lists VALUES
    ('019ab000-0000-7000-8000-0000000000f0', '2026-11-26 09:00:00+00');

INSERT INTO public.prices VALUES
    ('KEYBOARD', 1, 'Keyboard', 4900, 'EUR', NULL),
    ('OLD-MOUSE', 2, 'Mouse', 1900, 'EUR', '2026-11-26 09:30:00+00');

INSERT INTO public.schema_migrations VALUES
    ('001-create-orders.sql', '8300ad37504453b1218c454135a21630d52994991224d6242491a393c5a53ec4', '2026-11-26 09:00:00+00'),
    ('002-create-prices.sql', 'c8b26dd65b63d03cee41ed5c0422d8323ae112f086bc7db3ad6d7d4288dc34bc', '2026-11-26 09:00:00+00'),
    ('003-create-messaging.sql', '9f778d51da7d22adde2367dd39b68b89ba12bc9effb9ddcd190fae62a7e02ac0', '2026-11-26 09:00:00+00'),
    ('004-create-idempotency-keys.sql', '6882429e91f5b70f57309a0cf0e11e1dd5efaa063dd3139569b156b37407c68b', '2026-11-26 09:00:00+00'),
    ('005-index-messaging-by-time.sql', '947fe370cce06279c207ee7828329d68285805e5600bb995a8a99e51869193af', '2026-11-26 09:00:00+00'),
    ('006-index-idempotency-keys-by-time.sql', '58c7152dd17dc39b6d2b9c7892fe4ce881965f66fca8504a875bf3eda0e58679', '2026-11-26 09:00:00+00'),
    ('007-add-deadlines-and-refunds.sql', '42fa7675da50f14b4c33b6fa62fcb776a138081632be3660eae66ea3baec01b4', '2026-11-26 09:00:00+00'),
    ('008-create-price-lists.sql', 'c21147340f2be394868b6921602ae35ba327107fec73b49d4a334ca5753951c9', '2026-11-26 09:00:00+00'),
    ('009-create-dead-letters.sql', 'd794fd6c2ed7351e5a9f5539dd897bde59c505d2b7bbb0cf2bc9b635e04a1021', '2026-11-26 09:00:00+00'),
    ('010-park-outbox-rows.sql', '60a88fa46165145ce1e0d75c0c41907bcaf2045400bd8bc5036953d9f87e6c53', '2026-11-26 09:00:00+00'),
    ('011-keep-keys-of-dead-letters.sql', '1ab9252294dc0f2c4e3aaef050e2489c352e71ba6e9aee819d283089ac67160d', '2026-11-26 09:00:00+00'),
    ('012-tell-letters-of-one-place-apart.sql', '4bbb9b312c0d20cd93faadddd6e20a66c3b1c380299c1821848b04973929e7c9', '2026-11-26 09:00:00+00'),
    ('013-index-outbox-by-topic.sql', '6fd0bbc82a303300feb39a187dfb8d3fad28c9eee2df1d33287adcf705c1ee33', '2026-11-26 09:00:00+00'),
    ('014-drop-index-by-status.sql', '0f6d4406db88f361a68e22bbadbbd88857f4b9b48692363b6b1b9cc30dd3a4dc', '2026-11-26 09:00:00+00'),
    ('015-index-open-orders.sql', 'fbd067bbc95486c02a7b83a013c362bf1fe530f6d8baeef67b0c992a8e19a9bc', '2026-11-26 09:00:00+00'),
    ('016-drop-foreign-keys-to-orders.sql', 'ac060f2043b198f4f4a627a521f1b0c1145d8a9a1ebb629d1ed1b17586c0184a', '2026-11-26 09:00:00+00');

SELECT pg_catalog.setval('public.dead_letters_position_seq', 1, true);
SELECT pg_catalog.setval('public.outbox_position_seq', 1, true);

ALTER TABLE ONLY public.dead_letter_actions
    ADD CONSTRAINT dead_letter_actions_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.dead_letters
    ADD CONSTRAINT dead_letters_place UNIQUE NULLS NOT DISTINCT (topic, partition, "offset", message_id);
ALTER TABLE ONLY public.idempotency_keys
    ADD CONSTRAINT idempotency_keys_pkey PRIMARY KEY (customer_id, route, key);
ALTER TABLE ONLY public.inbox
    ADD CONSTRAINT inbox_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.order_history
    ADD CONSTRAINT order_history_pkey PRIMARY KEY (order_id, version);
ALTER TABLE ONLY public.order_lines
    ADD CONSTRAINT order_lines_pkey PRIMARY KEY (order_id, "position");
ALTER TABLE ONLY public.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.outbox
    ADD CONSTRAINT outbox_pkey PRIMARY KEY ("position");
ALTER TABLE ONLY public.price_lists
    ADD CONSTRAINT price_lists_pkey PRIMARY KEY (id);
ALTER TABLE ONLY public.prices
    ADD CONSTRAINT prices_pkey PRIMARY KEY (sku);
ALTER TABLE ONLY public.schema_migrations
    ADD CONSTRAINT schema_migrations_pkey PRIMARY KEY (name);

CREATE INDEX dead_letters_of_aggregate ON public.dead_letters USING btree (aggregate, "position");
CREATE INDEX dead_letters_to_replay ON public.dead_letters USING btree (replay_at) WHERE (replay_at IS NOT NULL);
CREATE INDEX idempotency_keys_by_time ON public.idempotency_keys USING btree (created_at);
CREATE INDEX inbox_by_time ON public.inbox USING btree (received_at);
CREATE INDEX orders_due ON public.orders USING btree (COALESCE(due_at, deadline_at)) WHERE (ended_at IS NULL);
CREATE INDEX orders_of_customer ON public.orders USING btree (customer_id, placed_at DESC, id DESC) WHERE (deleted_at IS NULL);
CREATE INDEX outbox_by_topic ON public.outbox USING btree (topic, "position");
CREATE INDEX outbox_parked ON public.outbox USING btree ("position") WHERE (parked_until IS NOT NULL);

GRANT USAGE ON SCHEMA public TO order_app;
GRANT SELECT,INSERT ON TABLE public.dead_letter_actions TO order_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.dead_letters TO order_app;
GRANT SELECT,USAGE ON SEQUENCE public.dead_letters_position_seq TO order_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.idempotency_keys TO order_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.inbox TO order_app;
GRANT SELECT,INSERT ON TABLE public.order_history TO order_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.order_lines TO order_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.orders TO order_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.outbox TO order_app;
GRANT SELECT,USAGE ON SEQUENCE public.outbox_position_seq TO order_app;
GRANT SELECT ON TABLE public.price_lists TO order_app;
GRANT SELECT,INSERT,DELETE,UPDATE ON TABLE public.prices TO order_app;
GRANT SELECT ON TABLE public.schema_migrations TO order_app;
GRANT SELECT ON TABLE public.schema_migrations TO PUBLIC;

ALTER DEFAULT PRIVILEGES FOR ROLE order_migrator IN SCHEMA public GRANT SELECT,USAGE ON SEQUENCES TO order_app;
ALTER DEFAULT PRIVILEGES FOR ROLE order_migrator IN SCHEMA public GRANT SELECT,INSERT,DELETE,UPDATE ON TABLES TO order_app;
