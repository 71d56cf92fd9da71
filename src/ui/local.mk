noinst_LIBRARIES += libob_ui.a
libob_ui_a_SOURCES =

ob_headers += \
	include/optbench/ui/app.h \
	include/optbench/ui/arrange.h \
	include/optbench/ui/canvas.h \
	include/optbench/ui/crash.h \
	include/optbench/ui/feed.h \
	include/optbench/ui/model.h \
	include/optbench/ui/request.h \
	include/optbench/ui/requests.def \
	include/optbench/ui/screen.h \
	include/optbench/ui/screens.def \
	include/optbench/ui/style.h \
	include/optbench/ui/term.h
