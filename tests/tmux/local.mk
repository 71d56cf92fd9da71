# The program in tmux, as people have it: a shell, keys, captured screens.
tmux_scripts = \
	%D%/ascii.sh \
	%D%/colour.sh \
	%D%/detach.sh \
	%D%/first.sh \
	%D%/kill.sh \
	%D%/quit.sh \
	%D%/replay.sh \
	%D%/resize.sh \
	%D%/start.sh \
	%D%/steer.sh \
	%D%/surface.sh \
	%D%/viewers.sh

TESTS += $(tmux_scripts)
plain_tests += $(tmux_scripts)
EXTRA_DIST += $(tmux_scripts) %D%/tmux.sh
