noinst_LIBRARIES += libob_ui.a
libob_ui_a_SOURCES =
