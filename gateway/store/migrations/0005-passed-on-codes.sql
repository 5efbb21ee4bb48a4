-- Why a session was canceled, where the page is told: code_passed_on. Null: somebody there gave up.
ALTER TABLE sessions ADD COLUMN end_reason TEXT;
