-- made from migrations 0dbbd2a480dbd25576df962720c1affad72f9f4437d68ce55a1a9cb875428eec
CREATE FUNCTION blueprint.count_menu_change() RETURNS trigger
    LANGUAGE plpgsql
    AS $$
BEGIN
    EXECUTE format(
        'INSERT INTO %I.menu_version (id, number) VALUES (1, 1) '
        'ON CONFLICT (id) DO UPDATE SET number = menu_version.number + 1, changed_at = now()', TG_TABLE_SCHEMA);
    RETURN NULL;
END $$;
CREATE TABLE blueprint.blackout_dates (
    id uuid NOT NULL,
    first_day date NOT NULL,
    last_day date NOT NULL,
    opens time without time zone,
    closes time without time zone,
    reason character varying(120) NOT NULL,
    CONSTRAINT blackout_dates_both_or_none CHECK ((((closes IS NULL) AND (opens IS NULL)) OR (closes > opens))),
    CONSTRAINT blackout_dates_in_order CHECK ((last_day >= first_day))
);
CREATE TABLE blueprint.blocked_numbers (
    id uuid NOT NULL,
    digest character varying(64) NOT NULL,
    last4 character varying(4) NOT NULL,
    reason character varying(200) NOT NULL,
    by character varying(254) NOT NULL,
    until timestamp with time zone,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
CREATE TABLE blueprint.call_flags (
    id uuid NOT NULL,
    "position" integer,
    words text NOT NULL,
    wrong character varying(500) NOT NULL,
    by character varying(254) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    done character varying(8) NOT NULL,
    taught character varying(80) NOT NULL,
    taught_of uuid,
    closed_by character varying(254) NOT NULL,
    closed_at timestamp with time zone,
    call_id uuid NOT NULL,
    CONSTRAINT call_flags_closed_has_moment CHECK ((((closed_at IS NULL) AND ((done)::text = ''::text)) OR ((NOT ((done)::text = ''::text)) AND (closed_at IS NOT NULL)))),
    CONSTRAINT call_flags_done CHECK (((done)::text = ANY ((ARRAY[''::character varying, 'synonym'::character varying, 'keyterm'::character varying, 'case'::character varying, 'nothing'::character varying])::text[]))),
    CONSTRAINT call_flags_position_check CHECK (("position" >= 0))
);
CREATE TABLE blueprint.calls (
    id uuid NOT NULL,
    carrier_sid character varying(64) NOT NULL,
    from_number character varying(16) NOT NULL,
    to_number character varying(16) NOT NULL,
    state character varying(12) NOT NULL,
    carrier_status character varying(20) NOT NULL,
    started_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    answered_at timestamp with time zone,
    ended_at timestamp with time zone,
    ended_by character varying(10) NOT NULL,
    duration_seconds integer,
    stream_token_used_at timestamp with time zone,
    reason character varying(40) NOT NULL,
    outcome character varying(40) NOT NULL,
    summary text NOT NULL,
    recording_url character varying(400) NOT NULL,
    report jsonb NOT NULL,
    handed_over_at timestamp with time zone,
    hand_overs integer NOT NULL,
    recorded_by_carrier boolean DEFAULT false NOT NULL,
    CONSTRAINT calls_duration_seconds_check CHECK ((duration_seconds >= 0)),
    CONSTRAINT calls_ended_by CHECK (((ended_by)::text = ANY ((ARRAY[''::character varying, 'goodbye'::character varying, 'caller'::character varying, 'timeout'::character varying, 'transfer'::character varying, 'error'::character varying])::text[]))),
    CONSTRAINT calls_ended_has_moment CHECK ((((ended_at IS NOT NULL) AND ((state)::text = 'ended'::text)) OR (NOT ((state)::text = 'ended'::text)))),
    CONSTRAINT calls_from_e164 CHECK ((((from_number)::text = ''::text) OR ((from_number)::text ~ '^\+[1-9][0-9]{6,14}$'::text))),
    CONSTRAINT calls_hand_overs_check CHECK ((hand_overs >= 0)),
    CONSTRAINT calls_state CHECK (((state)::text = ANY ((ARRAY['ringing'::character varying, 'in_progress'::character varying, 'ended'::character varying])::text[]))),
    CONSTRAINT calls_to_e164 CHECK (((to_number)::text ~ '^\+[1-9][0-9]{6,14}$'::text))
);
CREATE TABLE blueprint.carts (
    id uuid NOT NULL,
    key character varying(120) NOT NULL,
    version integer NOT NULL,
    wanted jsonb NOT NULL,
    quoted_total numeric(10,2) NOT NULL,
    customer_name character varying(120) NOT NULL,
    customer_number character varying(16) NOT NULL,
    pickup_at timestamp with time zone,
    updated_at timestamp with time zone NOT NULL,
    call_id uuid,
    changes_id uuid,
    ready_at timestamp with time zone,
    CONSTRAINT carts_version_check CHECK ((version >= 0))
);
CREATE TABLE blueprint.dining_tables (
    id uuid NOT NULL,
    name character varying(40) NOT NULL,
    seats integer NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT dining_tables_seats CHECK ((seats >= 1)),
    CONSTRAINT dining_tables_seats_check CHECK ((seats >= 0))
);
CREATE TABLE blueprint.django_migrations (
    id bigint NOT NULL,
    app character varying(255) NOT NULL,
    name character varying(255) NOT NULL,
    applied timestamp with time zone NOT NULL
);
ALTER TABLE blueprint.django_migrations ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.django_migrations_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.holds (
    id uuid NOT NULL,
    key character varying(120) NOT NULL,
    version integer NOT NULL,
    party_size integer NOT NULL,
    name character varying(120) NOT NULL,
    number character varying(16) NOT NULL,
    notes text NOT NULL,
    starts_at timestamp with time zone,
    ends_at timestamp with time zone,
    until timestamp with time zone,
    call_id uuid,
    moves_id uuid,
    tables jsonb NOT NULL,
    CONSTRAINT holds_party_size_check CHECK ((party_size >= 0)),
    CONSTRAINT holds_version_check CHECK ((version >= 0))
);
CREATE TABLE blueprint.menu_categories (
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    "position" integer NOT NULL,
    CONSTRAINT menu_categories_position_check CHECK (("position" >= 0))
);
CREATE TABLE blueprint.menu_daypart_categories (
    id bigint NOT NULL,
    daypart_id uuid NOT NULL,
    category_id uuid NOT NULL
);
ALTER TABLE blueprint.menu_daypart_categories ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.menu_daypart_categories_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.menu_daypart_items (
    id bigint NOT NULL,
    daypart_id uuid NOT NULL,
    menuitem_id uuid NOT NULL
);
ALTER TABLE blueprint.menu_daypart_items ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.menu_daypart_items_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.menu_dayparts (
    id uuid NOT NULL,
    name character varying(60) NOT NULL,
    weekdays jsonb NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    first_day date,
    last_day date,
    for_alcohol boolean NOT NULL,
    CONSTRAINT menu_dayparts_season CHECK (((first_day IS NULL) OR (last_day IS NULL) OR (last_day >= first_day)))
);
CREATE TABLE blueprint.menu_draft (
    id smallint NOT NULL,
    document jsonb NOT NULL,
    based_on integer NOT NULL,
    by character varying(254) NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    CONSTRAINT menu_draft_based_on_check CHECK ((based_on >= 0)),
    CONSTRAINT menu_draft_one_row CHECK ((id = 1))
);
CREATE TABLE blueprint.menu_editions (
    number integer NOT NULL,
    document jsonb NOT NULL,
    differs jsonb NOT NULL,
    by character varying(254) NOT NULL,
    note character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    from_edition integer,
    CONSTRAINT menu_editions_from_edition_check CHECK ((from_edition >= 0)),
    CONSTRAINT menu_editions_number_check CHECK ((number >= 0))
);
CREATE TABLE blueprint.menu_item_groups (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    item_id uuid NOT NULL,
    group_id uuid NOT NULL,
    CONSTRAINT menu_item_groups_position_check CHECK (("position" >= 0))
);
ALTER TABLE blueprint.menu_item_groups ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.menu_item_groups_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.menu_item_variants (
    id uuid NOT NULL,
    name character varying(60) NOT NULL,
    price numeric(10,2) NOT NULL,
    "position" integer NOT NULL,
    "default" boolean NOT NULL,
    synonyms jsonb NOT NULL,
    item_id uuid NOT NULL,
    CONSTRAINT menu_item_variants_position_check CHECK (("position" >= 0)),
    CONSTRAINT menu_item_variants_price CHECK ((price >= (0)::numeric))
);
CREATE TABLE blueprint.menu_items (
    sold_out boolean NOT NULL,
    sold_out_until timestamp with time zone,
    sold_out_reason character varying(120) NOT NULL,
    id uuid NOT NULL,
    name character varying(120) NOT NULL,
    description text NOT NULL,
    price numeric(10,2) NOT NULL,
    tax_class character varying(20) NOT NULL,
    alcohol boolean NOT NULL,
    active boolean NOT NULL,
    "position" integer NOT NULL,
    allergens jsonb NOT NULL,
    dietary jsonb NOT NULL,
    synonyms jsonb NOT NULL,
    pronunciation character varying(120) NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    category_id uuid NOT NULL,
    CONSTRAINT menu_items_position_check CHECK (("position" >= 0)),
    CONSTRAINT menu_items_price CHECK ((price >= (0)::numeric)),
    CONSTRAINT menu_items_sold_out CHECK ((sold_out OR (sold_out_until IS NULL)))
);
CREATE TABLE blueprint.menu_modifier_groups (
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    minimum integer NOT NULL,
    maximum integer,
    free integer NOT NULL,
    "position" integer NOT NULL,
    parent_id uuid,
    CONSTRAINT menu_modifier_groups_free_check CHECK ((free >= 0)),
    CONSTRAINT menu_modifier_groups_maximum_check CHECK ((maximum >= 0)),
    CONSTRAINT menu_modifier_groups_min_max CHECK (((maximum IS NULL) OR ((maximum > 0) AND (maximum >= minimum)))),
    CONSTRAINT menu_modifier_groups_minimum_check CHECK ((minimum >= 0)),
    CONSTRAINT menu_modifier_groups_position_check CHECK (("position" >= 0))
);
CREATE TABLE blueprint.menu_modifiers (
    sold_out boolean NOT NULL,
    sold_out_until timestamp with time zone,
    sold_out_reason character varying(120) NOT NULL,
    id uuid NOT NULL,
    name character varying(80) NOT NULL,
    price numeric(10,2) NOT NULL,
    "default" boolean NOT NULL,
    "position" integer NOT NULL,
    synonyms jsonb NOT NULL,
    pronunciation character varying(120) NOT NULL,
    group_id uuid NOT NULL,
    CONSTRAINT menu_modifiers_position_check CHECK (("position" >= 0)),
    CONSTRAINT menu_modifiers_price CHECK ((price >= (0)::numeric)),
    CONSTRAINT menu_modifiers_sold_out CHECK ((sold_out OR (sold_out_until IS NULL)))
);
CREATE TABLE blueprint.menu_overrides (
    row_id uuid NOT NULL,
    price numeric(10,2),
    active boolean,
    CONSTRAINT menu_overrides_price CHECK (((price IS NULL) OR (price >= (0)::numeric))),
    CONSTRAINT menu_overrides_something CHECK (((price IS NOT NULL) OR (active IS NOT NULL)))
);
CREATE TABLE blueprint.menu_upsells (
    id uuid NOT NULL,
    words character varying(200) NOT NULL,
    "position" integer NOT NULL,
    category_id uuid,
    item_id uuid,
    offer_id uuid NOT NULL,
    CONSTRAINT menu_upsells_item_or_category CHECK ((((category_id IS NOT NULL) AND (item_id IS NULL)) OR ((category_id IS NULL) AND (item_id IS NOT NULL)))),
    CONSTRAINT menu_upsells_position_check CHECK (("position" >= 0))
);
CREATE TABLE blueprint.menu_version (
    id smallint NOT NULL,
    number integer NOT NULL,
    changed_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT menu_version_number_check CHECK ((number >= 0)),
    CONSTRAINT menu_version_one_row CHECK ((id = 1))
);
CREATE TABLE blueprint.messages (
    id uuid NOT NULL,
    direction character varying(3) NOT NULL,
    number character varying(16) NOT NULL,
    template character varying(40) NOT NULL,
    text text NOT NULL,
    segments integer NOT NULL,
    status character varying(12) NOT NULL,
    carrier_sid character varying(64) NOT NULL,
    error_code character varying(10) NOT NULL,
    key character varying(120) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    call_id uuid,
    CONSTRAINT messages_direction CHECK (((direction)::text = ANY ((ARRAY['out'::character varying, 'in'::character varying])::text[]))),
    CONSTRAINT messages_number_e164 CHECK (((number)::text ~ '^\+[1-9][0-9]{6,14}$'::text)),
    CONSTRAINT messages_segments_check CHECK ((segments >= 0)),
    CONSTRAINT messages_status CHECK (((status)::text = ANY ((ARRAY['queued'::character varying, 'disabled'::character varying, 'suppressed'::character varying, 'sending'::character varying, 'sent'::character varying, 'delivered'::character varying, 'failed'::character varying, 'undelivered'::character varying, 'received'::character varying])::text[])))
);
CREATE TABLE blueprint.model_requests (
    id bigint NOT NULL,
    source character varying(8) NOT NULL,
    asked_at timestamp with time zone NOT NULL,
    provider character varying(20) NOT NULL,
    model character varying(120) NOT NULL,
    outcome character varying(20) NOT NULL,
    prompt_tokens integer,
    completion_tokens integer,
    cost numeric(14,8),
    first_ms integer,
    ms integer NOT NULL,
    call_id uuid,
    CONSTRAINT model_requests_completion_tokens_check CHECK ((completion_tokens >= 0)),
    CONSTRAINT model_requests_cost CHECK (((cost IS NULL) OR (cost >= (0)::numeric))),
    CONSTRAINT model_requests_first_ms_check CHECK ((first_ms >= 0)),
    CONSTRAINT model_requests_ms_check CHECK ((ms >= 0)),
    CONSTRAINT model_requests_prompt_tokens_check CHECK ((prompt_tokens >= 0)),
    CONSTRAINT model_requests_source CHECK (((source)::text = ANY ((ARRAY['call'::character varying, 'summary'::character varying, 'api'::character varying])::text[])))
);
ALTER TABLE blueprint.model_requests ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.model_requests_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.opening_hours (
    id bigint NOT NULL,
    weekday smallint NOT NULL,
    opens time without time zone NOT NULL,
    closes time without time zone NOT NULL,
    CONSTRAINT opening_hours_weekday CHECK ((weekday <= 6)),
    CONSTRAINT opening_hours_weekday_check CHECK ((weekday >= 0))
);
ALTER TABLE blueprint.opening_hours ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.opening_hours_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.order_changes (
    id bigint NOT NULL,
    revision integer NOT NULL,
    key character varying(160) NOT NULL,
    before jsonb NOT NULL,
    confirmed_by character varying(254) NOT NULL,
    confirmed_at_ms integer,
    at timestamp with time zone NOT NULL,
    call_id uuid,
    order_id uuid NOT NULL,
    CONSTRAINT order_changes_confirmed_at_ms_check CHECK ((confirmed_at_ms >= 0)),
    CONSTRAINT order_changes_revision CHECK ((revision >= 2)),
    CONSTRAINT order_changes_revision_check CHECK ((revision >= 0))
);
ALTER TABLE blueprint.order_changes ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.order_changes_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.order_counters (
    day date NOT NULL,
    last integer NOT NULL,
    CONSTRAINT order_counters_last_check CHECK ((last >= 0))
);
CREATE TABLE blueprint.order_events (
    id bigint NOT NULL,
    status character varying(10) NOT NULL,
    by character varying(254) NOT NULL,
    note character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    order_id uuid NOT NULL
);
ALTER TABLE blueprint.order_events ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.order_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.order_line_modifiers (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    name character varying(80) NOT NULL,
    amount character varying(8) NOT NULL,
    side character varying(5) NOT NULL,
    price numeric(10,2) NOT NULL,
    from_menu boolean NOT NULL,
    line_id bigint NOT NULL,
    CONSTRAINT order_line_modifiers_position_check CHECK (("position" >= 0)),
    CONSTRAINT order_modifiers_amount CHECK (((amount)::text = ANY ((ARRAY['none'::character varying, 'light'::character varying, 'regular'::character varying, 'extra'::character varying])::text[]))),
    CONSTRAINT order_modifiers_side CHECK (((side)::text = ANY ((ARRAY['whole'::character varying, 'left'::character varying, 'right'::character varying])::text[])))
);
ALTER TABLE blueprint.order_line_modifiers ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.order_line_modifiers_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.order_lines (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    item_id uuid NOT NULL,
    item character varying(120) NOT NULL,
    variant character varying(60) NOT NULL,
    quantity integer NOT NULL,
    note character varying(300) NOT NULL,
    alcohol boolean NOT NULL,
    each numeric(10,2) NOT NULL,
    total numeric(10,2) NOT NULL,
    order_id uuid NOT NULL,
    CONSTRAINT order_lines_position_check CHECK (("position" >= 0)),
    CONSTRAINT order_lines_quantity CHECK ((quantity >= 1)),
    CONSTRAINT order_lines_quantity_check CHECK ((quantity >= 0)),
    CONSTRAINT order_lines_total_adds_up CHECK (((each >= (0)::numeric) AND (total = (each * (quantity)::numeric))))
);
ALTER TABLE blueprint.order_lines ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.order_lines_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.order_lookups (
    key character varying(120) NOT NULL,
    missed integer NOT NULL,
    last_at timestamp with time zone NOT NULL,
    CONSTRAINT order_lookups_missed_check CHECK ((missed >= 0))
);
CREATE TABLE blueprint.order_suggestions (
    order_id uuid NOT NULL,
    item_id uuid NOT NULL,
    accepted boolean NOT NULL
);
CREATE TABLE blueprint.orders (
    id uuid NOT NULL,
    number integer NOT NULL,
    day date NOT NULL,
    status character varying(10) NOT NULL,
    cart_version integer NOT NULL,
    key character varying(160) NOT NULL,
    customer_name character varying(120) NOT NULL,
    customer_number character varying(16) NOT NULL,
    note text NOT NULL,
    subtotal numeric(10,2) NOT NULL,
    tax numeric(10,2) NOT NULL,
    total numeric(10,2) NOT NULL,
    tax_included boolean NOT NULL,
    currency character varying(3) NOT NULL,
    ready_at timestamp with time zone NOT NULL,
    confirmed_by character varying(254) NOT NULL,
    confirmed_at_ms integer,
    cancelled_reason character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    call_id uuid,
    cart_id uuid,
    fires_at timestamp with time zone,
    prints integer DEFAULT 0 NOT NULL,
    payment character varying(8) DEFAULT 'none'::character varying NOT NULL,
    pays_first boolean DEFAULT false NOT NULL,
    revision integer DEFAULT 1 NOT NULL,
    banners jsonb DEFAULT '[]'::jsonb NOT NULL,
    CONSTRAINT orders_cart_version_check CHECK ((cart_version >= 0)),
    CONSTRAINT orders_confirmed_at_ms_check CHECK ((confirmed_at_ms >= 0)),
    CONSTRAINT orders_not_negative CHECK (((subtotal >= (0)::numeric) AND (tax >= (0)::numeric))),
    CONSTRAINT orders_number_check CHECK ((number >= 0)),
    CONSTRAINT orders_number_e164 CHECK ((((customer_number)::text = ''::text) OR ((customer_number)::text ~ '^\+[1-9][0-9]{6,14}$'::text))),
    CONSTRAINT orders_payment CHECK (((payment)::text = ANY ((ARRAY['none'::character varying, 'asked'::character varying, 'paid'::character varying, 'failed'::character varying, 'expired'::character varying])::text[]))),
    CONSTRAINT orders_prints_check CHECK ((prints >= 0)),
    CONSTRAINT orders_revision CHECK ((revision >= 1)),
    CONSTRAINT orders_revision_check CHECK ((revision >= 0)),
    CONSTRAINT orders_status CHECK (((status)::text = ANY ((ARRAY['scheduled'::character varying, 'approval'::character varying, 'unpaid'::character varying, 'new'::character varying, 'accepted'::character varying, 'preparing'::character varying, 'ready'::character varying, 'picked_up'::character varying, 'cancelled'::character varying])::text[]))),
    CONSTRAINT orders_total_adds_up CHECK (((tax_included AND (total = subtotal)) OR ((NOT tax_included) AND (total = (subtotal + tax)))))
);
CREATE TABLE blueprint.payments (
    id uuid NOT NULL,
    revision integer NOT NULL,
    provider character varying(20) NOT NULL,
    reference character varying(120) NOT NULL,
    link character varying(500) NOT NULL,
    amount numeric(10,2) NOT NULL,
    currency character varying(3) NOT NULL,
    state character varying(8) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    settled_at timestamp with time zone,
    order_id uuid NOT NULL,
    CONSTRAINT payments_amount CHECK ((amount > (0)::numeric)),
    CONSTRAINT payments_revision_check CHECK ((revision >= 0)),
    CONSTRAINT payments_state CHECK (((state)::text = ANY ((ARRAY['asked'::character varying, 'paid'::character varying, 'failed'::character varying, 'expired'::character varying, 'void'::character varying])::text[])))
);
CREATE TABLE blueprint.pos_connection (
    id smallint NOT NULL,
    vendor character varying(20) NOT NULL,
    location character varying(64) NOT NULL,
    active boolean NOT NULL,
    connected_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    pulled_at timestamp with time zone,
    CONSTRAINT pos_connection_location CHECK ((NOT ((location)::text = ''::text))),
    CONSTRAINT pos_connection_one_row CHECK ((id = 1)),
    CONSTRAINT pos_connection_vendor CHECK (((vendor)::text = 'square'::text))
);
CREATE TABLE blueprint.pos_external_ids (
    menu_id uuid NOT NULL,
    external_id character varying(192) NOT NULL
);
CREATE TABLE blueprint.pos_orders (
    id uuid NOT NULL,
    state character varying(9) NOT NULL,
    request jsonb NOT NULL,
    external_id character varying(192) NOT NULL,
    their_total numeric(10,2),
    differs boolean NOT NULL,
    last_error character varying(300) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    pushed_at timestamp with time zone,
    order_id uuid NOT NULL,
    CONSTRAINT pos_orders_pushed_has_an_id CHECK (((NOT ((state)::text = 'pushed'::text)) OR ((NOT ((external_id)::text = ''::text)) AND (pushed_at IS NOT NULL)))),
    CONSTRAINT pos_orders_state CHECK (((state)::text = ANY ((ARRAY['waiting'::character varying, 'pushed'::character varying, 'cancelled'::character varying, 'refused'::character varying])::text[])))
);
CREATE TABLE blueprint.regression_cases (
    id uuid NOT NULL,
    turns jsonb NOT NULL,
    menu_edition integer NOT NULL,
    came_out jsonb,
    expected jsonb,
    by character varying(254) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    flag_id uuid NOT NULL,
    CONSTRAINT regression_cases_menu_edition_check CHECK ((menu_edition >= 0))
);
CREATE TABLE blueprint.reservation_events (
    id bigint NOT NULL,
    status character varying(10) NOT NULL,
    by character varying(254) NOT NULL,
    note character varying(200) NOT NULL,
    at timestamp with time zone NOT NULL,
    reservation_id uuid NOT NULL
);
ALTER TABLE blueprint.reservation_events ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.reservation_events_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.reservation_tables (
    id bigint NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    reservation_id uuid NOT NULL,
    table_id uuid NOT NULL,
    CONSTRAINT reservation_tables_in_order CHECK ((ends_at > starts_at))
);
ALTER TABLE blueprint.reservation_tables ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.reservation_tables_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.reservations (
    id uuid NOT NULL,
    reference character varying(12) NOT NULL,
    key character varying(160) NOT NULL,
    status character varying(10) NOT NULL,
    name character varying(120) NOT NULL,
    number character varying(16) NOT NULL,
    party_size integer NOT NULL,
    starts_at timestamp with time zone NOT NULL,
    ends_at timestamp with time zone NOT NULL,
    notes text NOT NULL,
    confirmed_by character varying(254) NOT NULL,
    confirmed_at_ms integer,
    cancelled_reason character varying(200) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    call_id uuid,
    revision integer NOT NULL,
    updated_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT reservations_confirmed_at_ms_check CHECK ((confirmed_at_ms >= 0)),
    CONSTRAINT reservations_ends_after_start CHECK ((ends_at > starts_at)),
    CONSTRAINT reservations_number_e164 CHECK ((((number)::text = ''::text) OR ((number)::text ~ '^\+[1-9][0-9]{6,14}$'::text))),
    CONSTRAINT reservations_party CHECK ((party_size >= 1)),
    CONSTRAINT reservations_party_size_check CHECK ((party_size >= 0)),
    CONSTRAINT reservations_revision_check CHECK ((revision >= 0)),
    CONSTRAINT reservations_status CHECK (((status)::text = ANY ((ARRAY['booked'::character varying, 'confirmed'::character varying, 'seated'::character varying, 'finished'::character varying, 'no_show'::character varying, 'cancelled'::character varying])::text[])))
);
CREATE TABLE blueprint.restaurant_settings (
    id smallint NOT NULL,
    address character varying(300) NOT NULL,
    phone character varying(16) NOT NULL,
    currency character varying(3) NOT NULL,
    languages jsonb NOT NULL,
    policies jsonb NOT NULL,
    services jsonb NOT NULL,
    assistant_name character varying(60) NOT NULL,
    notice text NOT NULL,
    greeting text NOT NULL,
    voice character varying(80) NOT NULL,
    stt_provider character varying(20) NOT NULL,
    tts_provider character varying(20) NOT NULL,
    llm_provider character varying(20) NOT NULL,
    llm_model character varying(120) NOT NULL,
    llm_fallbacks jsonb NOT NULL,
    llm_temperature numeric(3,2) NOT NULL,
    prompt_additions text NOT NULL,
    provider_keys jsonb NOT NULL,
    tax_rates jsonb NOT NULL,
    tax_mode character varying(10) NOT NULL,
    tax_rounding character varying(10) NOT NULL,
    prices_include_tax boolean NOT NULL,
    half_pricing character varying(12) NOT NULL,
    half_surcharge numeric(8,2) NOT NULL,
    most_of_one_item integer NOT NULL,
    most_items integer NOT NULL,
    most_total numeric(10,2) NOT NULL,
    prep_minutes integer NOT NULL,
    last_order_minutes integer NOT NULL,
    throttle_orders integer,
    throttle_minutes integer NOT NULL,
    ordering_paused_until timestamp with time zone,
    alcohol_sold boolean NOT NULL,
    shadow_mode boolean NOT NULL,
    max_party integer NOT NULL,
    turn_minutes jsonb NOT NULL,
    pacing_covers integer,
    booking_days_ahead integer NOT NULL,
    booking_notice_minutes integer NOT NULL,
    transfer_number character varying(16) NOT NULL,
    ring_seconds integer NOT NULL,
    recording_days integer NOT NULL,
    transcript_days integer NOT NULL,
    carrier_recording boolean NOT NULL,
    sms_templates jsonb NOT NULL,
    longest_call_minutes integer NOT NULL,
    updated_at timestamp with time zone NOT NULL,
    outcomes jsonb NOT NULL,
    sms_quiet_from time without time zone,
    sms_quiet_until time without time zone,
    text_missed_calls boolean NOT NULL,
    ticket_minutes jsonb NOT NULL,
    busy_extra_minutes integer NOT NULL,
    busy_orders integer,
    guest_changes_until character varying(10) NOT NULL,
    last_order_by_service jsonb NOT NULL,
    pay_first boolean NOT NULL,
    pay_link_above numeric(10,2),
    pay_minutes integer NOT NULL,
    pay_provider character varying(20) NOT NULL,
    prep_minutes_override integer,
    prep_minutes_until timestamp with time zone,
    calendar_secret character varying(64) NOT NULL,
    last_seating_minutes integer,
    no_show_minutes integer,
    no_shows_allowed integer,
    model_dollars_a_day numeric(8,2),
    model_dollars_a_month numeric(8,2),
    stt_fallbacks jsonb NOT NULL,
    stt_model character varying(120) NOT NULL,
    tts_fallbacks jsonb NOT NULL,
    tts_model character varying(120) NOT NULL,
    block_abusers_after integer,
    dial_countries jsonb NOT NULL,
    minutes_a_day integer,
    most_calls integer,
    refuse_withheld boolean NOT NULL,
    service_dollars_a_day numeric(8,2),
    keyterms jsonb NOT NULL,
    CONSTRAINT restaurant_settings_block_abusers_after_check CHECK ((block_abusers_after >= 0)),
    CONSTRAINT restaurant_settings_booking_days_ahead_check CHECK ((booking_days_ahead >= 0)),
    CONSTRAINT restaurant_settings_booking_notice_minutes_check CHECK ((booking_notice_minutes >= 0)),
    CONSTRAINT restaurant_settings_busy_extra_minutes_check CHECK ((busy_extra_minutes >= 0)),
    CONSTRAINT restaurant_settings_busy_orders_check CHECK ((busy_orders >= 0)),
    CONSTRAINT restaurant_settings_last_order_minutes_check CHECK ((last_order_minutes >= 0)),
    CONSTRAINT restaurant_settings_last_seating_minutes_check CHECK ((last_seating_minutes >= 0)),
    CONSTRAINT restaurant_settings_longest_call_minutes_check CHECK ((longest_call_minutes >= 0)),
    CONSTRAINT restaurant_settings_max_party_check CHECK ((max_party >= 0)),
    CONSTRAINT restaurant_settings_minutes_a_day_check CHECK ((minutes_a_day >= 0)),
    CONSTRAINT restaurant_settings_most_calls_check CHECK ((most_calls >= 0)),
    CONSTRAINT restaurant_settings_most_items_check CHECK ((most_items >= 0)),
    CONSTRAINT restaurant_settings_most_of_one_item_check CHECK ((most_of_one_item >= 0)),
    CONSTRAINT restaurant_settings_no_show_minutes_check CHECK ((no_show_minutes >= 0)),
    CONSTRAINT restaurant_settings_no_shows_allowed_check CHECK ((no_shows_allowed >= 0)),
    CONSTRAINT restaurant_settings_one_row CHECK ((id = 1)),
    CONSTRAINT restaurant_settings_pacing_covers_check CHECK ((pacing_covers >= 0)),
    CONSTRAINT restaurant_settings_pay_minutes_check CHECK ((pay_minutes >= 0)),
    CONSTRAINT restaurant_settings_prep_minutes_check CHECK ((prep_minutes >= 0)),
    CONSTRAINT restaurant_settings_prep_minutes_override_check CHECK ((prep_minutes_override >= 0)),
    CONSTRAINT restaurant_settings_recording_days_check CHECK ((recording_days >= 0)),
    CONSTRAINT restaurant_settings_ring_seconds_check CHECK ((ring_seconds >= 0)),
    CONSTRAINT restaurant_settings_throttle_minutes_check CHECK ((throttle_minutes >= 0)),
    CONSTRAINT restaurant_settings_throttle_orders_check CHECK ((throttle_orders >= 0)),
    CONSTRAINT restaurant_settings_transcript_days_check CHECK ((transcript_days >= 0)),
    CONSTRAINT settings_guest_changes CHECK (((guest_changes_until)::text = ANY ((ARRAY['new'::character varying, 'accepted'::character varying])::text[]))),
    CONSTRAINT settings_half_pricing CHECK (((half_pricing)::text = ANY ((ARRAY['average'::character varying, 'higher_half'::character varying])::text[]))),
    CONSTRAINT settings_model_dollars CHECK ((((model_dollars_a_day IS NULL) OR (model_dollars_a_day >= (0)::numeric)) AND ((model_dollars_a_month IS NULL) OR (model_dollars_a_month >= (0)::numeric)))),
    CONSTRAINT settings_pay_minutes CHECK ((pay_minutes > 0)),
    CONSTRAINT settings_phone_e164 CHECK ((((phone)::text = ''::text) OR ((phone)::text ~ '^\+[1-9][0-9]{6,14}$'::text))),
    CONSTRAINT settings_prep_override_ends CHECK (((prep_minutes_override IS NULL) OR (prep_minutes_until IS NOT NULL))),
    CONSTRAINT settings_tax_mode CHECK (((tax_mode)::text = ANY ((ARRAY['order'::character varying, 'line'::character varying])::text[]))),
    CONSTRAINT settings_tax_rounding CHECK (((tax_rounding)::text = ANY ((ARRAY['half_up'::character varying, 'half_even'::character varying])::text[]))),
    CONSTRAINT settings_throttle_window CHECK ((throttle_minutes > 0)),
    CONSTRAINT settings_transfer_number_e164 CHECK ((((transfer_number)::text = ''::text) OR ((transfer_number)::text ~ '^\+[1-9][0-9]{6,14}$'::text)))
);
CREATE TABLE blueprint.sms_consents (
    id bigint NOT NULL,
    number character varying(16) NOT NULL,
    given character varying(5) NOT NULL,
    given_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    revoked_at timestamp with time zone,
    call_id uuid,
    CONSTRAINT sms_consents_e164 CHECK (((number)::text ~ '^\+[1-9][0-9]{6,14}$'::text)),
    CONSTRAINT sms_consents_given CHECK (((given)::text = ANY ((ARRAY['call'::character varying, 'staff'::character varying])::text[])))
);
ALTER TABLE blueprint.sms_consents ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.sms_consents_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.sms_suppressions (
    number character varying(64) NOT NULL,
    since timestamp with time zone DEFAULT statement_timestamp() NOT NULL
);
CREATE TABLE blueprint.special_days (
    id bigint NOT NULL,
    date date NOT NULL,
    opens time without time zone,
    closes time without time zone,
    note character varying(120) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    CONSTRAINT special_days_both_or_none CHECK ((((closes IS NULL) AND (opens IS NULL)) OR ((closes IS NOT NULL) AND (opens IS NOT NULL))))
);
ALTER TABLE blueprint.special_days ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.special_days_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.staff_contacts (
    id uuid NOT NULL,
    name character varying(120) NOT NULL,
    number character varying(16) NOT NULL,
    reasons jsonb NOT NULL,
    "position" integer NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT staff_contacts_e164 CHECK (((number)::text ~ '^\+[1-9][0-9]{6,14}$'::text)),
    CONSTRAINT staff_contacts_position_check CHECK (("position" >= 0))
);
CREATE TABLE blueprint.table_combinations (
    id uuid NOT NULL,
    name character varying(40) NOT NULL,
    seats integer NOT NULL,
    active boolean NOT NULL,
    CONSTRAINT table_combinations_seats CHECK ((seats >= 1)),
    CONSTRAINT table_combinations_seats_check CHECK ((seats >= 0))
);
CREATE TABLE blueprint.table_combinations_tables (
    id bigint NOT NULL,
    tablecombination_id uuid NOT NULL,
    diningtable_id uuid NOT NULL
);
ALTER TABLE blueprint.table_combinations_tables ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.table_combinations_tables_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.tickets (
    id uuid NOT NULL,
    type character varying(20) NOT NULL,
    summary text NOT NULL,
    callback_number character varying(16) NOT NULL,
    status character varying(10) NOT NULL,
    due_at timestamp with time zone,
    assignee character varying(120) NOT NULL,
    closed_reason character varying(200) NOT NULL,
    key character varying(120) NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    closed_at timestamp with time zone,
    call_id uuid,
    acknowledged_at timestamp with time zone,
    acknowledged_by character varying(254) NOT NULL,
    closed_by character varying(254) NOT NULL,
    CONSTRAINT tickets_number_e164 CHECK ((((callback_number)::text = ''::text) OR ((callback_number)::text ~ '^\+[1-9][0-9]{6,14}$'::text))),
    CONSTRAINT tickets_status CHECK (((status)::text = ANY ((ARRAY['open'::character varying, 'closed'::character varying])::text[]))),
    CONSTRAINT tickets_type CHECK (((type)::text = ANY ((ARRAY['callback'::character varying, 'complaint'::character varying, 'catering'::character varying, 'delivery'::character varying, 'job'::character varying, 'vendor'::character varying, 'lead'::character varying, 'large_order'::character varying, 'allergy'::character varying, 'lost_item'::character varying, 'press'::character varying, 'emergency'::character varying, 'other'::character varying])::text[])))
);
CREATE TABLE blueprint.transcripts (
    id bigint NOT NULL,
    "position" integer NOT NULL,
    speaker character varying(6) NOT NULL,
    text text NOT NULL,
    heard text NOT NULL,
    started_ms integer NOT NULL,
    ended_ms integer NOT NULL,
    interrupted boolean NOT NULL,
    latency_ms integer,
    call_id uuid NOT NULL,
    CONSTRAINT transcripts_ended_ms_check CHECK ((ended_ms >= 0)),
    CONSTRAINT transcripts_latency_ms_check CHECK ((latency_ms >= 0)),
    CONSTRAINT transcripts_position_check CHECK (("position" >= 0)),
    CONSTRAINT transcripts_speaker CHECK (((speaker)::text = ANY ((ARRAY['caller'::character varying, 'agent'::character varying])::text[]))),
    CONSTRAINT transcripts_started_ms_check CHECK ((started_ms >= 0))
);
ALTER TABLE blueprint.transcripts ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.transcripts_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.transfer_rules (
    id bigint NOT NULL,
    reason character varying(40) NOT NULL,
    hours character varying(6) NOT NULL,
    ring_seconds integer,
    fallback character varying(8) NOT NULL,
    "position" integer NOT NULL,
    contact_id uuid,
    CONSTRAINT transfer_rules_fallback CHECK (((fallback)::text = ANY ((ARRAY['message'::character varying, 'ticket'::character varying, 'hang_up'::character varying])::text[]))),
    CONSTRAINT transfer_rules_hours CHECK (((hours)::text = ANY ((ARRAY['any'::character varying, 'open'::character varying, 'closed'::character varying])::text[]))),
    CONSTRAINT transfer_rules_position_check CHECK (("position" >= 0)),
    CONSTRAINT transfer_rules_ring_seconds CHECK (((ring_seconds IS NULL) OR ((ring_seconds >= 5) AND (ring_seconds <= 120)))),
    CONSTRAINT transfer_rules_ring_seconds_check CHECK ((ring_seconds >= 0))
);
ALTER TABLE blueprint.transfer_rules ALTER COLUMN id ADD GENERATED BY DEFAULT AS IDENTITY (
    SEQUENCE NAME blueprint.transfer_rules_id_seq
    START WITH 1
    INCREMENT BY 1
    NO MINVALUE
    NO MAXVALUE
    CACHE 1
);
CREATE TABLE blueprint.waitlist (
    id uuid NOT NULL,
    key character varying(120) NOT NULL,
    name character varying(120) NOT NULL,
    number character varying(16) NOT NULL,
    party_size integer NOT NULL,
    wanted_at timestamp with time zone NOT NULL,
    created_at timestamp with time zone DEFAULT statement_timestamp() NOT NULL,
    call_id uuid,
    offered_at timestamp with time zone,
    status character varying(8) NOT NULL,
    CONSTRAINT waitlist_e164 CHECK ((((number)::text = ''::text) OR ((number)::text ~ '^\+[1-9][0-9]{6,14}$'::text))),
    CONSTRAINT waitlist_party CHECK ((party_size >= 1)),
    CONSTRAINT waitlist_party_size_check CHECK ((party_size >= 0)),
    CONSTRAINT waitlist_status CHECK (((status)::text = ANY ((ARRAY['waiting'::character varying, 'offered'::character varying, 'booked'::character varying, 'expired'::character varying])::text[])))
);
ALTER TABLE ONLY blueprint.blackout_dates
    ADD CONSTRAINT blackout_dates_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.blocked_numbers
    ADD CONSTRAINT blocked_numbers_digest_key UNIQUE (digest);
ALTER TABLE ONLY blueprint.blocked_numbers
    ADD CONSTRAINT blocked_numbers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.call_flags
    ADD CONSTRAINT call_flags_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.calls
    ADD CONSTRAINT calls_carrier_sid_key UNIQUE (carrier_sid);
ALTER TABLE ONLY blueprint.calls
    ADD CONSTRAINT calls_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.carts
    ADD CONSTRAINT carts_key_key UNIQUE (key);
ALTER TABLE ONLY blueprint.carts
    ADD CONSTRAINT carts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.dining_tables
    ADD CONSTRAINT dining_tables_name_key UNIQUE (name);
ALTER TABLE ONLY blueprint.dining_tables
    ADD CONSTRAINT dining_tables_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.django_migrations
    ADD CONSTRAINT django_migrations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.holds
    ADD CONSTRAINT holds_key_key UNIQUE (key);
ALTER TABLE ONLY blueprint.holds
    ADD CONSTRAINT holds_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_categories
    ADD CONSTRAINT menu_categories_name_key UNIQUE (name);
ALTER TABLE ONLY blueprint.menu_categories
    ADD CONSTRAINT menu_categories_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_daypart_categories
    ADD CONSTRAINT menu_daypart_categories_daypart_id_category_id_875ad8f8_uniq UNIQUE (daypart_id, category_id);
ALTER TABLE ONLY blueprint.menu_daypart_categories
    ADD CONSTRAINT menu_daypart_categories_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_daypart_items
    ADD CONSTRAINT menu_daypart_items_daypart_id_menuitem_id_998aa4a8_uniq UNIQUE (daypart_id, menuitem_id);
ALTER TABLE ONLY blueprint.menu_daypart_items
    ADD CONSTRAINT menu_daypart_items_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_dayparts
    ADD CONSTRAINT menu_dayparts_name_key UNIQUE (name);
ALTER TABLE ONLY blueprint.menu_dayparts
    ADD CONSTRAINT menu_dayparts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_draft
    ADD CONSTRAINT menu_draft_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_editions
    ADD CONSTRAINT menu_editions_pkey PRIMARY KEY (number);
ALTER TABLE ONLY blueprint.menu_item_groups
    ADD CONSTRAINT menu_item_groups_once UNIQUE (item_id, group_id);
ALTER TABLE ONLY blueprint.menu_item_groups
    ADD CONSTRAINT menu_item_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_item_variants
    ADD CONSTRAINT menu_item_variants_name_once UNIQUE (item_id, name);
ALTER TABLE ONLY blueprint.menu_item_variants
    ADD CONSTRAINT menu_item_variants_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_items
    ADD CONSTRAINT menu_items_name_once_per_category UNIQUE (category_id, name);
ALTER TABLE ONLY blueprint.menu_items
    ADD CONSTRAINT menu_items_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_modifier_groups
    ADD CONSTRAINT menu_modifier_groups_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_modifiers
    ADD CONSTRAINT menu_modifiers_name_once UNIQUE (group_id, name);
ALTER TABLE ONLY blueprint.menu_modifiers
    ADD CONSTRAINT menu_modifiers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_overrides
    ADD CONSTRAINT menu_overrides_pkey PRIMARY KEY (row_id);
ALTER TABLE ONLY blueprint.menu_upsells
    ADD CONSTRAINT menu_upsells_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.menu_version
    ADD CONSTRAINT menu_version_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.messages
    ADD CONSTRAINT messages_key_key UNIQUE (key);
ALTER TABLE ONLY blueprint.messages
    ADD CONSTRAINT messages_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.model_requests
    ADD CONSTRAINT model_requests_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.opening_hours
    ADD CONSTRAINT opening_hours_once UNIQUE (weekday, opens);
ALTER TABLE ONLY blueprint.opening_hours
    ADD CONSTRAINT opening_hours_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.order_changes
    ADD CONSTRAINT order_changes_key_key UNIQUE (key);
ALTER TABLE ONLY blueprint.order_changes
    ADD CONSTRAINT order_changes_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.order_changes
    ADD CONSTRAINT order_changes_revision_once UNIQUE (order_id, revision);
ALTER TABLE ONLY blueprint.order_counters
    ADD CONSTRAINT order_counters_pkey PRIMARY KEY (day);
ALTER TABLE ONLY blueprint.order_events
    ADD CONSTRAINT order_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.order_line_modifiers
    ADD CONSTRAINT order_line_modifiers_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.order_lines
    ADD CONSTRAINT order_lines_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.order_lines
    ADD CONSTRAINT order_lines_position_once UNIQUE (order_id, "position");
ALTER TABLE ONLY blueprint.order_lookups
    ADD CONSTRAINT order_lookups_pkey PRIMARY KEY (key);
ALTER TABLE ONLY blueprint.order_suggestions
    ADD CONSTRAINT order_suggestions_pkey PRIMARY KEY (order_id);
ALTER TABLE ONLY blueprint.orders
    ADD CONSTRAINT orders_key_key UNIQUE (key);
ALTER TABLE ONLY blueprint.orders
    ADD CONSTRAINT orders_number_once_a_day UNIQUE (day, number);
ALTER TABLE ONLY blueprint.orders
    ADD CONSTRAINT orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.payments
    ADD CONSTRAINT payments_once_a_revision UNIQUE (order_id, revision);
ALTER TABLE ONLY blueprint.payments
    ADD CONSTRAINT payments_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.pos_connection
    ADD CONSTRAINT pos_connection_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.pos_external_ids
    ADD CONSTRAINT pos_external_ids_pkey PRIMARY KEY (menu_id);
ALTER TABLE ONLY blueprint.pos_orders
    ADD CONSTRAINT pos_orders_order_id_key UNIQUE (order_id);
ALTER TABLE ONLY blueprint.pos_orders
    ADD CONSTRAINT pos_orders_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.regression_cases
    ADD CONSTRAINT regression_cases_flag_id_key UNIQUE (flag_id);
ALTER TABLE ONLY blueprint.regression_cases
    ADD CONSTRAINT regression_cases_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.reservation_events
    ADD CONSTRAINT reservation_events_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.reservation_tables
    ADD CONSTRAINT reservation_tables_one_party EXCLUDE USING gist (int8range(hashtextextended((table_id)::text, (0)::bigint), hashtextextended((table_id)::text, (0)::bigint), '[]'::text) WITH &&, tstzrange(starts_at, ends_at) WITH &&);
ALTER TABLE ONLY blueprint.reservation_tables
    ADD CONSTRAINT reservation_tables_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.reservations
    ADD CONSTRAINT reservations_key_key UNIQUE (key);
ALTER TABLE ONLY blueprint.reservations
    ADD CONSTRAINT reservations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.reservations
    ADD CONSTRAINT reservations_reference_key UNIQUE (reference);
ALTER TABLE ONLY blueprint.restaurant_settings
    ADD CONSTRAINT restaurant_settings_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.sms_consents
    ADD CONSTRAINT sms_consents_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.sms_suppressions
    ADD CONSTRAINT sms_suppressions_pkey PRIMARY KEY (number);
ALTER TABLE ONLY blueprint.special_days
    ADD CONSTRAINT special_days_once UNIQUE (date, opens);
ALTER TABLE ONLY blueprint.special_days
    ADD CONSTRAINT special_days_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.staff_contacts
    ADD CONSTRAINT staff_contacts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.table_combinations
    ADD CONSTRAINT table_combinations_name_key UNIQUE (name);
ALTER TABLE ONLY blueprint.table_combinations
    ADD CONSTRAINT table_combinations_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.table_combinations_tables
    ADD CONSTRAINT table_combinations_table_tablecombination_id_dini_44043a3b_uniq UNIQUE (tablecombination_id, diningtable_id);
ALTER TABLE ONLY blueprint.table_combinations_tables
    ADD CONSTRAINT table_combinations_tables_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.tickets
    ADD CONSTRAINT tickets_key_key UNIQUE (key);
ALTER TABLE ONLY blueprint.tickets
    ADD CONSTRAINT tickets_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.transcripts
    ADD CONSTRAINT transcripts_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.transcripts
    ADD CONSTRAINT transcripts_position_once UNIQUE (call_id, "position");
ALTER TABLE ONLY blueprint.transfer_rules
    ADD CONSTRAINT transfer_rules_pkey PRIMARY KEY (id);
ALTER TABLE ONLY blueprint.waitlist
    ADD CONSTRAINT waitlist_key_key UNIQUE (key);
ALTER TABLE ONLY blueprint.waitlist
    ADD CONSTRAINT waitlist_pkey PRIMARY KEY (id);
CREATE INDEX blocked_numbers_digest_8ff3b073_like ON blueprint.blocked_numbers USING btree (digest varchar_pattern_ops);
CREATE INDEX call_flags_call_id_4b60ab77 ON blueprint.call_flags USING btree (call_id);
CREATE INDEX call_flags_open ON blueprint.call_flags USING btree (created_at DESC) WHERE ((done)::text = ''::text);
CREATE INDEX calls_by_caller ON blueprint.calls USING btree (from_number);
CREATE INDEX calls_carrier_sid_2c92ee44_like ON blueprint.calls USING btree (carrier_sid varchar_pattern_ops);
CREATE INDEX calls_newest ON blueprint.calls USING btree (started_at DESC);
CREATE INDEX calls_words ON blueprint.calls USING gin (to_tsvector('simple'::regconfig, COALESCE(summary, ''::text)));
CREATE INDEX carts_by_caller ON blueprint.carts USING btree (customer_number, updated_at DESC);
CREATE INDEX carts_call_id_4c2590ab ON blueprint.carts USING btree (call_id);
CREATE INDEX carts_changes_id_589c5045 ON blueprint.carts USING btree (changes_id);
CREATE INDEX carts_key_02e2b678_like ON blueprint.carts USING btree (key varchar_pattern_ops);
CREATE INDEX dining_tables_name_04ee8773_like ON blueprint.dining_tables USING btree (name varchar_pattern_ops);
CREATE INDEX holds_call_id_51df68b9 ON blueprint.holds USING btree (call_id);
CREATE INDEX holds_key_5f2eeb47_like ON blueprint.holds USING btree (key varchar_pattern_ops);
CREATE INDEX holds_moves_id_551bd56e ON blueprint.holds USING btree (moves_id);
CREATE INDEX menu_categories_name_4d6e23f6_like ON blueprint.menu_categories USING btree (name varchar_pattern_ops);
CREATE INDEX menu_daypart_categories_category_id_8234daeb ON blueprint.menu_daypart_categories USING btree (category_id);
CREATE INDEX menu_daypart_categories_daypart_id_cefdb72e ON blueprint.menu_daypart_categories USING btree (daypart_id);
CREATE INDEX menu_daypart_items_daypart_id_92bb0947 ON blueprint.menu_daypart_items USING btree (daypart_id);
CREATE INDEX menu_daypart_items_menuitem_id_a1b8e10d ON blueprint.menu_daypart_items USING btree (menuitem_id);
CREATE INDEX menu_dayparts_name_4ce5bcfd_like ON blueprint.menu_dayparts USING btree (name varchar_pattern_ops);
CREATE INDEX menu_item_groups_group_id_7cfd0c8c ON blueprint.menu_item_groups USING btree (group_id);
CREATE INDEX menu_item_groups_item_id_28f0de83 ON blueprint.menu_item_groups USING btree (item_id);
CREATE INDEX menu_item_variants_item_id_381ac256 ON blueprint.menu_item_variants USING btree (item_id);
CREATE UNIQUE INDEX menu_item_variants_one_default ON blueprint.menu_item_variants USING btree (item_id) WHERE "default";
CREATE INDEX menu_items_category_id_5066f1ed ON blueprint.menu_items USING btree (category_id);
CREATE INDEX menu_modifier_groups_parent_id_ed83c57e ON blueprint.menu_modifier_groups USING btree (parent_id);
CREATE INDEX menu_modifiers_group_id_76fc0fa1 ON blueprint.menu_modifiers USING btree (group_id);
CREATE INDEX menu_upsells_category_id_fc50c060 ON blueprint.menu_upsells USING btree (category_id);
CREATE INDEX menu_upsells_item_id_1dbd4c3f ON blueprint.menu_upsells USING btree (item_id);
CREATE INDEX menu_upsells_offer_id_5b2f115b ON blueprint.menu_upsells USING btree (offer_id);
CREATE INDEX messages_call_id_df1ac5a7 ON blueprint.messages USING btree (call_id);
CREATE INDEX messages_key_be1851fe_like ON blueprint.messages USING btree (key varchar_pattern_ops);
CREATE INDEX model_requests_by_time ON blueprint.model_requests USING btree (asked_at);
CREATE INDEX model_requests_call_id_46762590 ON blueprint.model_requests USING btree (call_id);
CREATE INDEX order_changes_call_id_b4745278 ON blueprint.order_changes USING btree (call_id);
CREATE INDEX order_changes_key_9ab19652_like ON blueprint.order_changes USING btree (key varchar_pattern_ops);
CREATE INDEX order_changes_order_id_221397b6 ON blueprint.order_changes USING btree (order_id);
CREATE INDEX order_events_order_id_9a531e20 ON blueprint.order_events USING btree (order_id);
CREATE INDEX order_line_modifiers_line_id_55d0251e ON blueprint.order_line_modifiers USING btree (line_id);
CREATE INDEX order_lines_order_id_5e8377ca ON blueprint.order_lines USING btree (order_id);
CREATE INDEX order_lookups_key_8ed85283_like ON blueprint.order_lookups USING btree (key varchar_pattern_ops);
CREATE INDEX orders_board ON blueprint.orders USING btree (status, ready_at);
CREATE INDEX orders_by_caller ON blueprint.orders USING btree (customer_number);
CREATE INDEX orders_call_id_20fcc2eb ON blueprint.orders USING btree (call_id);
CREATE INDEX orders_cart_id_7ad6668b ON blueprint.orders USING btree (cart_id);
CREATE INDEX orders_key_ed636347_like ON blueprint.orders USING btree (key varchar_pattern_ops);
CREATE INDEX orders_newest ON blueprint.orders USING btree (created_at DESC);
CREATE INDEX payments_order_id_6086ad70 ON blueprint.payments USING btree (order_id);
CREATE UNIQUE INDEX payments_reference_once ON blueprint.payments USING btree (provider, reference) WHERE (NOT ((reference)::text = ''::text));
CREATE UNIQUE INDEX pos_orders_external_id_once ON blueprint.pos_orders USING btree (external_id) WHERE (NOT ((external_id)::text = ''::text));
CREATE INDEX reservation_events_reservation_id_ea58f1fc ON blueprint.reservation_events USING btree (reservation_id);
CREATE INDEX reservation_tables_reservation_id_60024d9c ON blueprint.reservation_tables USING btree (reservation_id);
CREATE INDEX reservation_tables_table_id_8ca54c4c ON blueprint.reservation_tables USING btree (table_id);
CREATE INDEX reservations_book ON blueprint.reservations USING btree (starts_at, status);
CREATE INDEX reservations_call_id_44864e2e ON blueprint.reservations USING btree (call_id);
CREATE INDEX reservations_key_afe4338d_like ON blueprint.reservations USING btree (key varchar_pattern_ops);
CREATE INDEX reservations_reference_ab552ec0_like ON blueprint.reservations USING btree (reference varchar_pattern_ops);
CREATE INDEX sms_consents_call_id_5b431e2f ON blueprint.sms_consents USING btree (call_id);
CREATE UNIQUE INDEX sms_consents_one_stands ON blueprint.sms_consents USING btree (number) WHERE (revoked_at IS NULL);
CREATE INDEX sms_suppressions_number_ddbf2dc7_like ON blueprint.sms_suppressions USING btree (number varchar_pattern_ops);
CREATE UNIQUE INDEX special_days_closed_once ON blueprint.special_days USING btree (date) WHERE (opens IS NULL);
CREATE INDEX table_combinations_name_990ced77_like ON blueprint.table_combinations USING btree (name varchar_pattern_ops);
CREATE INDEX table_combinations_tables_diningtable_id_2d57e358 ON blueprint.table_combinations_tables USING btree (diningtable_id);
CREATE INDEX table_combinations_tables_tablecombination_id_36f15ca6 ON blueprint.table_combinations_tables USING btree (tablecombination_id);
CREATE INDEX tickets_call_id_56c56018 ON blueprint.tickets USING btree (call_id);
CREATE INDEX tickets_key_daafa657_like ON blueprint.tickets USING btree (key varchar_pattern_ops);
CREATE INDEX transcripts_call_id_03d91e8d ON blueprint.transcripts USING btree (call_id);
CREATE INDEX transcripts_replies ON blueprint.transcripts USING btree (call_id) INCLUDE (latency_ms) WHERE (latency_ms IS NOT NULL);
CREATE INDEX transcripts_words ON blueprint.transcripts USING gin (to_tsvector('simple'::regconfig, COALESCE(text, ''::text)));
CREATE INDEX transfer_rules_contact_id_6fe89f0e ON blueprint.transfer_rules USING btree (contact_id);
CREATE INDEX waitlist_call_id_57ca12fd ON blueprint.waitlist USING btree (call_id);
CREATE INDEX waitlist_key_c5232c31_like ON blueprint.waitlist USING btree (key varchar_pattern_ops);
CREATE TRIGGER menu_categories_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_categories FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_daypart_categories_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_daypart_categories FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_daypart_items_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_daypart_items FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_dayparts_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_dayparts FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_item_groups_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_item_groups FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_item_variants_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_item_variants FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_items_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_items FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_modifier_groups_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_modifier_groups FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_modifiers_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_modifiers FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
CREATE TRIGGER menu_upsells_changed AFTER INSERT OR DELETE OR UPDATE ON blueprint.menu_upsells FOR EACH STATEMENT EXECUTE FUNCTION blueprint.count_menu_change();
ALTER TABLE ONLY blueprint.call_flags
    ADD CONSTRAINT call_flags_call_id_4b60ab77_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.carts
    ADD CONSTRAINT carts_call_id_4c2590ab_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.carts
    ADD CONSTRAINT carts_changes_id_589c5045_fk_orders_id FOREIGN KEY (changes_id) REFERENCES blueprint.orders(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.holds
    ADD CONSTRAINT holds_call_id_51df68b9_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.holds
    ADD CONSTRAINT holds_moves_id_551bd56e_fk_reservations_id FOREIGN KEY (moves_id) REFERENCES blueprint.reservations(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_daypart_categories
    ADD CONSTRAINT menu_daypart_categor_category_id_8234daeb_fk_menu_cate FOREIGN KEY (category_id) REFERENCES blueprint.menu_categories(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_daypart_categories
    ADD CONSTRAINT menu_daypart_categories_daypart_id_cefdb72e_fk_menu_dayparts_id FOREIGN KEY (daypart_id) REFERENCES blueprint.menu_dayparts(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_daypart_items
    ADD CONSTRAINT menu_daypart_items_daypart_id_92bb0947_fk_menu_dayparts_id FOREIGN KEY (daypart_id) REFERENCES blueprint.menu_dayparts(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_daypart_items
    ADD CONSTRAINT menu_daypart_items_menuitem_id_a1b8e10d_fk_menu_items_id FOREIGN KEY (menuitem_id) REFERENCES blueprint.menu_items(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_item_groups
    ADD CONSTRAINT menu_item_groups_group_id_7cfd0c8c_fk_menu_modifier_groups_id FOREIGN KEY (group_id) REFERENCES blueprint.menu_modifier_groups(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_item_groups
    ADD CONSTRAINT menu_item_groups_item_id_28f0de83_fk_menu_items_id FOREIGN KEY (item_id) REFERENCES blueprint.menu_items(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_item_variants
    ADD CONSTRAINT menu_item_variants_item_id_381ac256_fk_menu_items_id FOREIGN KEY (item_id) REFERENCES blueprint.menu_items(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_items
    ADD CONSTRAINT menu_items_category_id_5066f1ed_fk_menu_categories_id FOREIGN KEY (category_id) REFERENCES blueprint.menu_categories(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_modifier_groups
    ADD CONSTRAINT menu_modifier_groups_parent_id_ed83c57e_fk_menu_modifiers_id FOREIGN KEY (parent_id) REFERENCES blueprint.menu_modifiers(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_modifiers
    ADD CONSTRAINT menu_modifiers_group_id_76fc0fa1_fk_menu_modifier_groups_id FOREIGN KEY (group_id) REFERENCES blueprint.menu_modifier_groups(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_upsells
    ADD CONSTRAINT menu_upsells_category_id_fc50c060_fk_menu_categories_id FOREIGN KEY (category_id) REFERENCES blueprint.menu_categories(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_upsells
    ADD CONSTRAINT menu_upsells_item_id_1dbd4c3f_fk_menu_items_id FOREIGN KEY (item_id) REFERENCES blueprint.menu_items(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.menu_upsells
    ADD CONSTRAINT menu_upsells_offer_id_5b2f115b_fk_menu_items_id FOREIGN KEY (offer_id) REFERENCES blueprint.menu_items(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.messages
    ADD CONSTRAINT messages_call_id_df1ac5a7_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.model_requests
    ADD CONSTRAINT model_requests_call_id_46762590_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.order_changes
    ADD CONSTRAINT order_changes_call_id_b4745278_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.order_changes
    ADD CONSTRAINT order_changes_order_id_221397b6_fk_orders_id FOREIGN KEY (order_id) REFERENCES blueprint.orders(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.order_events
    ADD CONSTRAINT order_events_order_id_9a531e20_fk_orders_id FOREIGN KEY (order_id) REFERENCES blueprint.orders(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.order_line_modifiers
    ADD CONSTRAINT order_line_modifiers_line_id_55d0251e_fk_order_lines_id FOREIGN KEY (line_id) REFERENCES blueprint.order_lines(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.order_lines
    ADD CONSTRAINT order_lines_order_id_5e8377ca_fk_orders_id FOREIGN KEY (order_id) REFERENCES blueprint.orders(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.order_suggestions
    ADD CONSTRAINT order_suggestions_order_id_3600d9d3_fk_orders_id FOREIGN KEY (order_id) REFERENCES blueprint.orders(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.orders
    ADD CONSTRAINT orders_call_id_20fcc2eb_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.orders
    ADD CONSTRAINT orders_cart_id_7ad6668b_fk_carts_id FOREIGN KEY (cart_id) REFERENCES blueprint.carts(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.payments
    ADD CONSTRAINT payments_order_id_6086ad70_fk_orders_id FOREIGN KEY (order_id) REFERENCES blueprint.orders(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.pos_orders
    ADD CONSTRAINT pos_orders_order_id_652c1118_fk_orders_id FOREIGN KEY (order_id) REFERENCES blueprint.orders(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.regression_cases
    ADD CONSTRAINT regression_cases_flag_id_4c44317f_fk_call_flags_id FOREIGN KEY (flag_id) REFERENCES blueprint.call_flags(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.reservation_events
    ADD CONSTRAINT reservation_events_reservation_id_ea58f1fc_fk_reservations_id FOREIGN KEY (reservation_id) REFERENCES blueprint.reservations(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.reservation_tables
    ADD CONSTRAINT reservation_tables_reservation_id_60024d9c_fk_reservations_id FOREIGN KEY (reservation_id) REFERENCES blueprint.reservations(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.reservation_tables
    ADD CONSTRAINT reservation_tables_table_id_8ca54c4c_fk_dining_tables_id FOREIGN KEY (table_id) REFERENCES blueprint.dining_tables(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.reservations
    ADD CONSTRAINT reservations_call_id_44864e2e_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.sms_consents
    ADD CONSTRAINT sms_consents_call_id_5b431e2f_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.table_combinations_tables
    ADD CONSTRAINT table_combinations_t_diningtable_id_2d57e358_fk_dining_ta FOREIGN KEY (diningtable_id) REFERENCES blueprint.dining_tables(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.table_combinations_tables
    ADD CONSTRAINT table_combinations_t_tablecombination_id_36f15ca6_fk_table_com FOREIGN KEY (tablecombination_id) REFERENCES blueprint.table_combinations(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.tickets
    ADD CONSTRAINT tickets_call_id_56c56018_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.transcripts
    ADD CONSTRAINT transcripts_call_id_03d91e8d_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.transfer_rules
    ADD CONSTRAINT transfer_rules_contact_id_6fe89f0e_fk_staff_contacts_id FOREIGN KEY (contact_id) REFERENCES blueprint.staff_contacts(id) DEFERRABLE INITIALLY DEFERRED;
ALTER TABLE ONLY blueprint.waitlist
    ADD CONSTRAINT waitlist_call_id_57ca12fd_fk_calls_id FOREIGN KEY (call_id) REFERENCES blueprint.calls(id) DEFERRABLE INITIALLY DEFERRED;
