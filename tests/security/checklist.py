"""What can be done to a studio, what it does about it, and the tests that show it.

A row is one threat. `docs/security.md` is this table in words; `test_checklist.py` holds that no row
is without a test, and that each test is there. V is a chapter of OWASP ASVS 5.0, A one of the API
Top 10 of 2023, LLM one of the Top 10 for LLM applications of 2025.
"""

from collections.abc import Iterator
from dataclasses import dataclass

HERE = "tests/security"
ACCOUNTS = "tests/backend/accounts"
WEB = "tests/backend/web"
DATA = "tests/backend/datasets"
ENGINE = "tests/worker/engine"
NOTIFICATIONS = "tests/backend/notifications"
MATRIX = "tests/authorisation/test_matrix.py"


@dataclass(frozen=True, kw_only=True)
class Row:
    """`tests` are `path::name`, without the values of a parameter."""

    number: int
    threat: str
    source: str
    requirement: str
    tests: tuple[str, ...]


def of(file: str, *names: str) -> tuple[str, ...]:
    return tuple(f"{file}::test_{name}" for name in names)


ROWS = (
    Row(
        number=1,
        threat="Somebody asks for what is another's by its id (IDOR)",
        source="V8, A1",
        requirement="Every look-up names who asks. What is another project's is answered as what is "
        "not there: the same 404, for lists and their cursors too. One run may be shown to others "
        "of the studio, without its data, by a link that expires and can be withdrawn.",
        tests=(
            *of(
                f"{HERE}/test_strangers.py",
                "what_is_another_projects_is_answered_as_what_is_not_there",
                "a_cursor_of_another_project_shows_nothing_of_it",
                "one_enters_no_project_that_one_is_not_in",
            ),
            *of(
                "tests/backend/workers/test_workers.py",
                "a_worker_shows_its_job_and_of_another_project_only_the_kind",
            ),
            *of(
                "tests/backend/sharing/test_sharing.py",
                "a_link_shows_the_run_to_somebody_outside_and_nothing_else_of_it",
                "a_link_that_no_longer_works_says_nothing_of_what_it_showed",
            ),
            *of(
                MATRIX,
                "what_is_a_neighbours_is_missing_for_everybody",
                "no_list_and_no_cursor_shows_a_neighbours_things",
            ),
        ),
    ),
    Row(
        number=2,
        threat="A field is sent that nobody asked for (mass assignment)",
        source="A3",
        requirement="What comes in has a model of its own, which refuses every field that it does "
        "not name.",
        tests=of(
            f"{HERE}/test_strangers.py",
            "no_route_takes_a_field_that_it_does_not_name",
            "an_invitation_gives_no_more_than_it_was_made_for",
        ),
    ),
    Row(
        number=3,
        threat="A route asks nobody what they may do (function level)",
        source="A5",
        requirement="Each route has one gate, or stands in a table of public ones with its reason; "
        "an application with a bare route does not start.",
        tests=(
            *of(
                f"{ACCOUNTS}/test_gates.py",
                "an_application_with_a_bare_route_does_not_start",
                "a_route_with_two_gates_is_refused",
                "a_public_route_with_a_gate_is_refused",
                "every_public_path_is_one_of_the_application",
            ),
            *of(
                MATRIX,
                "every_route_has_a_row_and_every_row_a_route",
                "a_stranger_is_asked_to_sign_in",
                "who_may_not_is_refused_before_anything_is_looked_up",
            ),
        ),
    ),
    Row(
        number=4,
        threat="Passwords are guessed, or read from a stolen database",
        source="V6",
        requirement="argon2id with 64 MiB, 3 passes, 4 lanes, at most four at once; 8 to 256 "
        "characters, none of those that anybody would try; an older hash is made anew at sign-in.",
        tests=of(
            f"{ACCOUNTS}/test_signing_in.py",
            "a_password_is_kept_as_argon2id_by_rfc_9106",
            "at_most_four_passwords_are_hashed_at_once",
            "what_anybody_would_try_first_is_no_password",
            "an_old_hash_is_made_anew_when_its_person_signs_in",
        ),
    ),
    Row(
        number=5,
        threat="The answer, or its time, tells who has an account",
        source="V6",
        requirement="Who is unknown is told what who mistypes is told, after a hash of the same "
        "cost; secrets are looked up by their hash.",
        tests=of(
            f"{ACCOUNTS}/test_signing_in.py",
            "who_is_unknown_is_told_what_who_mistypes_is_told_and_waits_as_long",
            "five_tries_a_minute_for_an_account_whether_it_is_there_or_not",
        ),
    ),
    Row(
        number=6,
        threat="Passwords are tried one after another",
        source="V6, A2",
        requirement="5 tries a minute for an account, 20 from an address, counted in the database; a "
        "header says whose address it is only if it came from a proxy that the operator named.",
        tests=of(
            f"{ACCOUNTS}/test_signing_in.py",
            "five_tries_a_minute_for_an_account_whether_it_is_there_or_not",
            "twenty_tries_a_minute_from_an_address_whatever_a_header_says",
            "a_known_proxy_says_whose_try_it_is",
            "tries_at_the_same_moment_are_counted_one_by_one",
        ),
    ),
    Row(
        number=7,
        threat="A session is stolen, planted, or lives on",
        source="V7",
        requirement="256 random bits, kept as SHA-256; a new one at every sign-in, which ends the "
        "one before; ended by signing out, a new password, another role; 12 hours idle, 7 days in "
        "all; `__Host-`, HttpOnly, SameSite=Lax.",
        tests=(
            *of(
                f"{HERE}/test_strangers.py",
                "a_session_that_somebody_planted_is_dead_after_signing_in",
                "a_made_up_secret_is_never_taken_for_a_session",
                "another_role_ends_the_sessions_and_cuts_the_tokens",
                "who_is_disabled_is_out_with_every_session_and_token",
                "a_session_that_stood_still_is_over",
            ),
            *of(
                f"{ACCOUNTS}/test_signing_in.py",
                "signing_in_begins_a_session_that_a_script_cannot_read",
                "over_https_the_cookie_is_for_this_host_alone",
                "a_session_lies_in_the_database_as_a_hash_only",
                "who_signs_out_is_out",
                "a_new_password_ends_every_session_and_renews_this_one",
                "a_session_ends_by_itself",
            ),
        ),
    ),
    Row(
        number=8,
        threat="An API token is stolen, or does more than it should",
        source="V9",
        requirement="190 random bits, kept as SHA-256, shown once; some scopes in one project, never "
        "more than its person has now; dead with its person's place. Only in the header "
        "Authorization.",
        tests=of(
            f"{HERE}/test_strangers.py",
            "nothing_that_lets_somebody_in_lies_in_the_database_as_it_is",
            "a_token_does_no_more_than_it_says_even_an_administrators",
            "who_was_taken_out_of_a_project_is_out_with_every_token",
            "nobody_is_let_in_by_a_token_in_an_address_or_a_form",
        ),
    ),
    Row(
        number=9,
        threat="Somebody else makes a new studio theirs",
        source="V6",
        requirement="The link stands on the terminal alone, works once, for an hour, while nobody has "
        "an account; invitations likewise, for a week.",
        tests=of(
            f"{HERE}/test_strangers.py",
            "a_claim_works_once_and_for_an_hour",
            "an_invitation_works_once_for_its_address_and_not_when_it_was_taken_back",
        ),
    ),
    Row(
        number=10,
        threat="A page of another site acts in a person's name (CSRF)",
        source="V3",
        requirement="What changes something is done only if the browser says that it comes from our "
        "own pages (`Sec-Fetch-Site`), or, where it is too old for that, if `Origin` is our own "
        "address. With a session's cookie one of the two must be said; programs show a token.",
        tests=of(
            f"{HERE}/test_other_sites.py",
            "no_route_that_changes_something_is_reached_from_another_site",
            "our_own_pages_and_programs_are_let_in",
        ),
    ),
    Row(
        number=11,
        threat="A foreign name is made to lead to this machine (DNS rebinding)",
        source="V3",
        requirement="One `Host` header, and it names this machine or a name in "
        "LIKEWISE_ALLOWED_HOSTS, whatever the method. Nothing is ever decided on an address that "
        "was put together from headers.",
        tests=of(
            f"{HERE}/test_other_sites.py",
            "a_name_that_is_not_ours_is_refused_whatever_is_asked",
            "a_forwarded_name_is_never_taken_for_the_name",
            "what_is_decided_is_decided_on_the_path_that_was_routed",
        ),
    ),
    Row(
        number=12,
        threat="A studio without accounts is within reach of others",
        source="V13",
        requirement="Without accounts it listens on loopback only, takes nothing that came through a "
        "proxy, and lets pages of other sites, and of this machine's other ports, read nothing. A "
        "link that a person follows works.",
        tests=of(
            f"{HERE}/test_other_sites.py",
            "without_a_login_the_studio_listens_on_loopback_only",
            "without_a_login_nothing_comes_through_a_proxy",
            "without_a_login_other_sites_read_nothing_but_links_lead_here",
        ),
    ),
    Row(
        number=13,
        threat="Another site reads answers (CORS)",
        source="V3",
        requirement="No answer ever allows it; there is no setting that does.",
        tests=of(f"{HERE}/test_other_sites.py", "no_other_site_is_ever_told_that_it_may_read"),
    ),
    Row(
        number=14,
        threat="A link of ours leads to another site (open redirect)",
        source="V1",
        requirement="Where a form leads on to is a path of the studio, or home.",
        tests=of(
            f"{HERE}/test_other_sites.py",
            "a_form_leads_to_no_other_place",
            "a_form_leads_back_into_the_studio",
        ),
    ),
    Row(
        number=15,
        threat="A text in data, a name, a log or an error runs as script (XSS)",
        source="V1",
        requirement="Every template escapes; nothing is marked as safe but JSON whose `<` is "
        "escaped; model cards are shown as text; a strict policy stands behind it.",
        tests=(
            *of(
                "tests/browser/test_hostile_texts.py",
                "no_page_runs_what_a_dataset_says",
                "a_problem_shows_the_text_that_it_is_about",
            ),
            *of(
                f"{HERE}/test_hostile_words.py", "every_template_escapes_and_none_is_made_of_a_text"
            ),
            *of(f"{WEB}/test_pages.py", "no_text_can_end_the_data_of_a_page"),
        ),
    ),
    Row(
        number=16,
        threat="A page is framed, or made to load or run something foreign",
        source="V3",
        requirement="A Content-Security-Policy that starts at 'none', without inline script or eval; "
        "`nosniff`, COOP, CORP; on every answer, refusals and our own mistakes too. No template "
        "uses what needs eval.",
        tests=(
            *of(
                f"{HERE}/test_headers.py",
                "every_route_answers_with_the_policy_errors_too",
                "a_refusal_has_it_too",
                "a_mistake_of_ours_has_it_too_and_tells_nothing",
                "no_page_asks_for_what_the_policy_forbids",
            ),
            *of(
                "tests/browser/test_every_page.py",
                "every_page_can_be_used_by_everybody_and_keeps_its_policy",
            ),
        ),
    ),
    Row(
        number=17,
        threat="A file that a person gave us runs on our origin",
        source="V5",
        requirement="It leaves as an attachment, with a policy that puts it into a sandbox.",
        tests=of(
            f"{HERE}/test_downloads.py",
            "a_browser_keeps_it_and_shows_nothing",
            "no_route_answers_with_what_a_person_sent_as_a_page_of_its_own",
        ),
    ),
    Row(
        number=18,
        threat="A name leads out of the studio's folders (path traversal)",
        source="V5",
        requirement="Files have names of our own making; ids are parsed; addresses of buckets are "
        "made plain and must lie below a prefix of the operator's; links in archives are refused.",
        tests=(
            *of(
                f"{HERE}/test_paths.py",
                "a_files_name_never_becomes_a_path",
                "a_name_inside_a_zip_never_becomes_a_path",
                "a_link_inside_a_zip_is_not_followed",
                "a_part_of_an_address_never_becomes_a_path",
                "no_address_of_a_person_reaches_the_file_systems_but_below_what_is_allowed",
                "what_is_allowed_is_read_by_its_plain_name",
            ),
            *of(f"{WEB}/test_assets.py", "nothing_else_is_served"),
            *of(f"{ENGINE}/test_reading.py", "a_module_outside_of_the_folder_is_refused"),
        ),
    ),
    Row(
        number=19,
        threat="The studio is made to ask addresses inside (SSRF)",
        source="A7",
        requirement="Addresses that people name are resolved once, every answer must be public, and "
        "that very address is connected to, under the name's certificate; no redirects, no proxy of "
        "the environment, a time limit, and nothing of the answer is shown. Services by which people "
        "are told are an allow-list, called from a process that connects to such addresses alone.",
        tests=(
            *of(
                f"{WEB}/test_outgoing.py",
                "an_address_that_leads_inside_is_refused",
                "a_name_with_one_inner_address_among_public_ones_is_refused",
                "a_name_that_turns_inside_after_the_look_changes_nothing",
                "a_redirect_is_not_followed",
                "no_proxy_of_the_environment_is_asked",
                "a_server_that_drips_does_not_hold_us_beyond_the_limit",
            ),
            *of(f"{WEB}/test_addresses.py", "what_leads_inside_is_not_public"),
            *of(
                "tests/backend/webhooks/test_api.py",
                "an_address_that_the_studio_would_not_call_is_refused_at_once",
            ),
            *of(
                f"{NOTIFICATIONS}/test_refusing.py",
                "a_service_that_is_not_on_the_list_is_refused",
                "a_url_may_name_no_file_no_header_and_leave_out_no_check",
                "inside_is_open_to_whoever_the_operator_lets",
                "without_tls_the_public_internet_is_closed",
            ),
            *of(
                f"{NOTIFICATIONS}/test_sending.py",
                "neither_an_address_nor_a_redirect_leads_where_the_operator_lets_nobody",
            ),
        ),
    ),
    Row(
        number=20,
        threat="A request is made to be dear",
        source="A4",
        requirement="Bodies have a limit for each kind of route and are counted as they come; forms "
        "have a limit of fields; ranges are not looked at where they aren't needed. Versions with "
        "known holes are refused by a test.",
        tests=(
            *of(
                f"{HERE}/test_too_much.py",
                "no_version_with_a_known_hole_is_installed",
                "ten_thousand_fields_are_refused",
                "ten_thousand_fields_of_a_plain_form_are_refused",
                "a_giant_field_is_refused",
                "ten_thousand_ranges_are_not_looked_at",
                "json_without_end_is_refused",
            ),
            *of(
                f"{WEB}/test_body_limits.py",
                "a_file_that_is_announced_as_too_large_is_refused",
                "a_body_of_unknown_length_is_counted_as_it_comes",
            ),
        ),
    ),
    Row(
        number=21,
        threat="A small archive becomes a huge file (zip bomb)",
        source="V5",
        requirement="What comes out is counted, against a limit and against what went in; one level, "
        "few members, a small window; read in a process with limits of its own.",
        tests=of(
            f"{DATA}/test_broken_files.py",
            "a_broken_file_is_refused_with_its_place_and_leaves_nothing",
            "a_hostile_file_takes_little_memory",
            "a_gigabyte_on_one_line_takes_little_memory",
        ),
    ),
    Row(
        number=22,
        threat="A workbook or its XML is made to fill the memory",
        source="V5",
        requirement="The archive's directory is checked first; a parser that expands no entities; "
        "cells are counted.",
        tests=(
            *of(f"{DATA}/test_broken_files.py", "a_hostile_file_takes_little_memory"),
            *of(
                f"{DATA}/test_broken_uploads.py",
                "a_broken_file_is_refused_with_its_place_and_leaves_nothing",
            ),
            *of(
                f"{DATA}/test_reading_excel.py",
                "a_cell_that_is_too_long_is_named_by_sheet_row_and_column",
            ),
        ),
    ),
    Row(
        number=23,
        threat="Parquet or JSON that lies about itself",
        source="V5",
        requirement="Footers are checked before pages are read, in a process of its own; depth, "
        "columns and lengths are limited.",
        tests=(
            *of(
                f"{DATA}/test_reading_parquet.py",
                "a_byte_that_lies_never_brings_the_studio_down",
                "a_file_that_is_cut_off_is_named_as_that",
            ),
            *of(
                f"{DATA}/test_reading_json.py",
                "hostile_json_is_refused_by_name",
                "json_lines_without_line_breaks_do_not_fill_the_memory",
            ),
        ),
    ),
    Row(
        number=24,
        threat="A cell runs as a formula in a spreadsheet",
        source="V1",
        requirement="The CSV for spreadsheets puts an apostrophe before such a text; Parquet stays "
        "true to the byte.",
        tests=of(
            f"{HERE}/test_downloads.py",
            "no_cell_of_a_spreadsheet_begins_a_formula",
            "what_is_trained_with_comes_back_true_to_the_byte",
        ),
    ),
    Row(
        number=25,
        threat="A model's file runs code when it is opened (pickle)",
        source="LLM03",
        requirement="Weights are safetensors; pickles are neither fetched nor opened, whatever else "
        "the folder holds.",
        tests=(
            *of(
                f"{HERE}/test_hostile_models.py",
                "pickles_beside_a_models_numbers_are_never_opened",
                "a_model_that_is_only_a_pickle_is_refused_unopened",
                "pickles_are_not_even_fetched_from_the_hub",
                "an_array_that_holds_objects_is_refused",
                "nothing_of_ours_opens_a_pickle",
            ),
            *of(
                f"{ENGINE}/test_reading.py",
                "pickled_weights_of_a_later_module_are_refused",
                "unsafe_serialization_is_refused",
            ),
        ),
    ),
    Row(
        number=26,
        threat="A model brings code of its own",
        source="LLM03, A10",
        requirement="Classes come from our own list, for folders on this machine too; no recipe can "
        "ask for foreign code.",
        tests=(
            *of(
                f"{HERE}/test_hostile_models.py",
                "no_class_but_ours_is_imported_though_the_folder_is_here",
                "code_that_a_configuration_names_is_not_run",
                "no_recipe_can_ask_for_foreign_code",
            ),
            *of(
                "tests/conformance/models/test_settings.py",
                "code_that_comes_with_a_model_is_never_run",
            ),
        ),
    ),
    Row(
        number=27,
        threat="A text is computed as a template",
        source="V1",
        requirement="Templates are files of ours; people's texts are values. No chat template runs "
        "on the server.",
        tests=of(
            f"{HERE}/test_hostile_words.py",
            "texts_of_a_person_are_shown_and_not_computed",
            "every_template_escapes_and_none_is_made_of_a_text",
            "a_template_that_asks_for_nothing_known_fails_instead_of_guessing",
        ),
    ),
    Row(
        number=28,
        threat="A name breaks out of a model card, or tells its data",
        source="V1",
        requirement="The head is dumped as YAML, never joined; no row stands in a card unless its "
        "author allows it.",
        tests=(
            *of(f"{HERE}/test_hostile_words.py", "a_name_changes_nothing_of_a_cards_head"),
            *of(
                f"{ENGINE}/test_card.py",
                "a_value_that_looks_like_yaml_stays_a_value",
                "no_row_of_the_data_stands_in_the_card",
            ),
        ),
    ),
    Row(
        number=29,
        threat="A name becomes a command",
        source="V1",
        requirement="No shell starts anything; what is to be done goes to a process as a file.",
        tests=of(
            f"{HERE}/test_hostile_words.py",
            "no_process_is_started_by_a_shell",
            "what_is_to_be_done_goes_to_a_process_as_a_file",
        ),
    ),
    Row(
        number=30,
        threat="A person's token for the Hub gets about",
        source="V13",
        requirement="Sealed in the database, shown by its last letters; a job gets it over a pipe, "
        "never by its command line or environment; no recipe, card, log or answer holds it.",
        tests=(
            *of(
                "tests/runs/test_hub_token.py",
                "a_job_goes_to_the_hub_as_the_person_who_asked_and_nothing_else_holds_the_token",
            ),
            *of(
                "tests/backend/hub/test_connection.py",
                "the_database_holds_no_token_in_the_open",
                "an_account_is_connected_by_its_token_and_shown_by_name_and_last_four",
                "ones_own_account_goes_before_the_studios",
            ),
            *of(f"{ENGINE}/test_hub.py", "a_token_is_never_told"),
        ),
    ),
    Row(
        number=31,
        threat="A copy of the database gives its secrets away",
        source="V11",
        requirement="Secrets are sealed under keys that lie elsewhere, in a file that nobody else may "
        "read; `likewise keys rotate` seals them anew while the studio runs.",
        tests=(
            *of(
                "tests/backend/test_keyring.py",
                "what_is_sealed_shows_nothing_and_opens_again",
                "a_wrong_key_is_said_in_words",
                "an_embedded_studio_makes_a_key_of_its_own_that_nobody_else_may_read",
                "keys_in_the_data_folder_weak_keys_and_two_sources_are_refused_at_the_start",
                "a_column_of_secrets_takes_no_open_one",
            ),
            *of(
                "tests/backend/test_rotation.py",
                "a_rotation_seals_all_by_a_new_key_and_the_old_one_can_go",
                "what_people_change_and_use_during_rotations_is_neither_lost_nor_undone",
            ),
            *of(
                f"{NOTIFICATIONS}/test_sending.py",
                "what_a_url_hides_is_in_no_log_no_error_and_not_open_in_the_database",
            ),
        ),
    ),
    Row(
        number=32,
        threat="Logs hold secrets or rows, or lines that nobody wrote",
        source="V16",
        requirement="One handler for every line hides what looks like a secret, escapes control "
        "characters and cuts long values; tracebacks hold no values of variables.",
        tests=of(
            f"{HERE}/test_logs.py",
            "a_secret_is_hidden_wherever_it_stands",
            "what_a_word_beside_it_calls_a_secret_is_hidden",
            "no_text_makes_a_second_line",
            "a_forged_line_stays_within_the_true_one",
            "a_traceback_holds_no_values_of_variables_and_begins_no_line",
            "a_long_hostile_text_is_cut_before_it_is_searched",
            "rows_that_are_brought_searched_and_refused_are_never_logged",
        ),
    ),
    Row(
        number=33,
        threat="Nobody can say who did it",
        source="V16",
        requirement="An act and its entry in the audit log are one transaction; refusals are written "
        "down too. No route changes or removes an entry.",
        tests=(
            *of(
                f"{HERE}/test_strangers.py",
                "what_is_done_and_what_is_refused_is_written_down_and_what_is_taken_back_is_not",
                "no_route_changes_the_audit_log",
            ),
            *of(f"{ACCOUNTS}/test_signing_in.py", "the_present_password_is_asked_for"),
        ),
    ),
    Row(
        number=34,
        threat="One person takes all there is",
        source="A4, A6",
        requirement="Requests a minute are limited for each person and address; a page of a list has "
        "200 rows at most; a project may be granted so many jobs and bytes; a disk "
        "that would be full refuses before the first byte.",
        tests=(
            *of(
                f"{WEB}/test_rate_limits.py",
                "who_asks_too_often_is_told_when_to_go_on",
                "one_persons_haste_is_not_anothers",
                "two_servers_count_together",
            ),
            *of(f"{HERE}/test_too_much.py", "no_list_gives_more_than_two_hundred_rows"),
            *of(
                "tests/backend/test_quotas.py",
                "one_job_too_many_is_refused_and_one_that_ended_makes_room",
                "data_beyond_what_is_granted_is_refused",
            ),
            *of(
                "tests/backend/preparing/test_uploads.py",
                "what_would_not_fit_is_refused_before_a_byte_is_sent",
            ),
        ),
    ),
    Row(
        number=35,
        threat="Somebody writes to the queue or the database",
        source="V12",
        requirement="Both are on a network of their own. A message is the name of a queue and only "
        "rings; a forged one finds no work and runs nothing. Passwords, users and TLS go into "
        "LIKEWISE_BROKER_URL and LIKEWISE_DATABASE_URL.",
        tests=(
            *of(
                f"{HERE}/test_messages.py",
                "only_json_is_taken_from_the_queue_and_only_json_sent",
                "a_message_holds_the_name_of_a_queue_and_nothing_else",
                "a_worker_lives_through_forged_messages_and_runs_none",
                "the_task_takes_no_job_from_its_message",
                "a_broker_behind_a_password_and_tls_can_be_named",
            ),
            *of("tests/tools/test_compose.py", "stores_cannot_be_reached_from_elsewhere"),
        ),
    ),
    Row(
        number=36,
        threat="A webhook's receiver believes a stranger",
        source="A10",
        requirement="Messages are signed as Standard Webhooks has it, with the time in what is "
        "signed; a new secret signs beside the old one for a day.",
        tests=of(
            "tests/backend/webhooks/test_sending.py",
            "a_receiver_can_check_a_message_with_the_public_library",
            "a_message_that_was_changed_on_its_way_is_found_out",
            "a_message_that_is_replayed_later_is_found_out",
            "for_a_day_after_a_new_secret_both_sign",
        ),
    ),
    Row(
        number=37,
        threat="A training reads another project's data",
        source="V8",
        requirement="A job's process gets one folder, which nobody else may enter, and an "
        "environment without the studio's secrets, database or queue.",
        tests=of(
            f"{HERE}/test_job_folder.py",
            "nobody_else_on_the_machine_may_enter_it",
            "two_jobs_share_no_folder",
            "no_secret_of_the_studio_is_in_its_environment",
        ),
    ),
    Row(
        number=38,
        threat="An error tells of the inside",
        source="V16",
        requirement="Problems are written by us; what nobody foresaw is one sentence, and its trace "
        "is in the log alone.",
        tests=(
            *of(
                f"{WEB}/test_what_leaves_with_errors.py",
                "no_words_of_an_exception_leave_the_api",
                "no_words_of_an_exception_leave_in_a_page",
                "a_file_that_has_gone_is_not_named",
            ),
            *of(f"{HERE}/test_headers.py", "a_mistake_of_ours_has_it_too_and_tells_nothing"),
        ),
    ),
    Row(
        number=39,
        threat="Somebody who gets into a container gets further",
        source="V13",
        requirement="No root, no capabilities, a read-only file system, no new privileges, limits of "
        "memory and processes. Images are named by version; who needs a digest pins it with "
        "`docker compose config --resolve-image-digests`.",
        tests=(
            *of(
                f"{HERE}/test_release.py",
                "every_container_may_do_little_and_take_little",
                "every_image_is_named_by_a_version",
            ),
            *of(
                "tests/tools/test_compose.py",
                "it_keeps_to_the_compose_specification",
                "our_containers_may_do_little",
                "every_image_of_ours_is_a_stage_of_the_dockerfile_that_is_not_root",
                "the_dockerfile_names_no_secret",
            ),
        ),
    ),
    Row(
        number=40,
        threat="A package that we stand on is not what it was",
        source="V15",
        requirement="Every version and hash is locked, for Python and for the pages. `make audit` "
        "asks PyPI and npm for known holes, `make sbom` writes what is in it.",
        tests=(
            *of(
                f"{HERE}/test_release.py",
                "every_locked_package_has_its_hash_and_no_address",
                "what_the_pages_load_is_pinned_with_its_hash",
                "make_says_how_holes_are_looked_for_and_what_is_in_it",
                "the_list_of_what_is_in_it_names_every_locked_package",
                "what_is_installed_here_is_what_is_locked",
                "actions_are_pinned_where_there_are_any",
            ),
            *of(f"{HERE}/test_too_much.py", "no_version_with_a_known_hole_is_installed"),
            *of("tests/tools/test_dependencies.py", "every_dependency_is_locked_with_hashes"),
        ),
    ),
    Row(
        number=41,
        threat="Somebody else's identity is brought by a provider (OIDC)",
        source="V10",
        requirement="PKCE, state and nonce in a sealed cookie; issuer, audience, time, signature and "
        "its algorithm are checked against the operator's issuer; an account is linked by the "
        "subject, and first by an address that the provider has verified.",
        tests=of(
            f"{ACCOUNTS}/test_oidc.py",
            "an_answer_with_one_claim_wrong_lets_nobody_in",
            "an_answer_that_the_provider_did_not_sign_lets_nobody_in",
            "coming_back_with_something_else_lets_nobody_in",
            "a_browser_that_did_not_begin_here_is_not_signed_in",
            "a_description_of_another_issuer_is_not_followed",
            "a_stranger_and_an_unverified_address_are_not_let_in",
            "then_they_are_known_by_their_subject_whatever_becomes_of_the_address",
            "next_leads_nowhere_else",
        ),
    ),
    Row(
        number=42,
        threat="Private or poisoned data is trained on, or leaves",
        source="LLM04",
        requirement="Keys and e-mail addresses in texts are noticed, with the operation that "
        "replaces them; a version says where its rows came from and how they were changed. What "
        "leaves for the Hub is, to the byte, what its preview showed, private unless a person says "
        "otherwise; a text of the data in it is found before anything is sent.",
        tests=(
            *of(
                f"{HERE}/test_private_data.py",
                "keys_and_addresses_are_noticed_and_words_are_not",
                "the_remedy_leaves_nothing_to_notice",
                "a_version_says_where_its_rows_came_from",
                "no_text_of_the_data_stands_in_the_card",
            ),
            *of(
                "tests/runs/test_publishing.py",
                "what_arrives_is_what_was_previewed_and_only_its_owner_sees_it",
                "what_is_to_stay_private_is_not_put_where_everybody_sees_it",
            ),
            *of(
                "tests/runs/test_no_row_leaves.py",
                "no_text_of_the_data_is_in_anything_published_unless_it_is_ticked",
            ),
        ),
    ),
    Row(
        number=43,
        threat="A filter, a search or an order is a program",
        source="V1",
        requirement="Values are bound, columns are those of the version, texts are looked for as "
        "they are: nobody can send a pattern.",
        tests=of(
            f"{HERE}/test_hostile_queries.py",
            "a_search_finds_the_rows_that_hold_just_this_text",
            "lists_take_no_text_for_a_program",
            "a_text_made_to_be_slow_is_found_or_not_at_once",
            "no_pattern_of_a_person_reaches_an_engine_that_backtracks",
            "no_statement_is_put_together_from_texts",
        ),
    ),
)


def page() -> str:
    """docs/security.md."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# What can be done to a studio, and what it does about it"
    yield ""
    yield (
        "One row for each threat: what we do, and the tests that show it. The page is written from "
        "`tests/security/checklist.py` by `python -m tests.security.checklist`; a test keeps it true, "
        "and fails where a row has no test. V is a chapter of [OWASP ASVS 5.0]"
        "(https://owasp.org/www-project-application-security-verification-standard/), A one of the "
        "API Security Top 10 of 2023, LLM one of the Top 10 for LLM applications of 2025."
    )
    yield ""
    yield "| no. | threat | what we do | shown by |"
    yield "|---|---|---|---|"
    for row in ROWS:
        shown = "<br>".join(f"`{test.replace('::', '` `')}`" for test in row.tests)
        yield f"| {row.number} | {row.threat} ({row.source}) | {row.requirement} | {shown} |"


if __name__ == "__main__":
    from pathlib import Path

    place = Path(__file__).parents[2] / "docs" / "security.md"
    place.write_text(page(), encoding="utf-8")
    print(f"wrote {place}")
