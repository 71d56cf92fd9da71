noinst_LIBRARIES += libob_ui.a
libob_ui_a_SOURCES = \
	%D%/app.c \
	%D%/app_priv.h \
	%D%/arrange.c \
	%D%/brief.c \
	%D%/canvas.c \
	%D%/clip.c \
	%D%/clip.h \
	%D%/clone.c \
	%D%/crash.c \
	%D%/cursor.c \
	%D%/cursor.h \
	%D%/editor.c \
	%D%/editor.h \
	%D%/feed_files.c \
	%D%/feed_lists.c \
	%D%/feed_priv.h \
	%D%/grant.c \
	%D%/help.c \
	%D%/home_draw.c \
	%D%/home_lists.c \
	%D%/home_marks.c \
	%D%/home_order.c \
	%D%/home_preview.c \
	%D%/home_priv.h \
	%D%/home_reader.c \
	%D%/lineedit.c \
	%D%/live_charts.c \
	%D%/live_charts.h \
	%D%/live_events.c \
	%D%/live_facts.c \
	%D%/live_priv.h \
	%D%/live_steer.c \
	%D%/live_table.c \
	%D%/live_table.h \
	%D%/loop.c \
	%D%/model.c \
	%D%/picker.c \
	%D%/request.c \
	%D%/run_reader.c \
	%D%/screen.c \
	%D%/screen_home.c \
	%D%/screen_live.c \
	%D%/signals.c \
	%D%/signals.h \
	%D%/style.c \
	%D%/term_curses.c \
	%D%/term_null.c

ob_headers += \
	include/optbench/ui/app.h \
	include/optbench/ui/arrange.h \
	include/optbench/ui/canvas.h \
	include/optbench/ui/crash.h \
	include/optbench/ui/feed.h \
	include/optbench/ui/lineedit.h \
	include/optbench/ui/model.h \
	include/optbench/ui/picker.h \
	include/optbench/ui/request.h \
	include/optbench/ui/requests.def \
	include/optbench/ui/screen.h \
	include/optbench/ui/screens.def \
	include/optbench/ui/style.h \
	include/optbench/ui/term.h
