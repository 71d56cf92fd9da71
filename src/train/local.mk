noinst_LIBRARIES += libob_train.a
libob_train_a_SOURCES = \
	%D%/batches.c \
	%D%/best.c \
	%D%/best.h \
	%D%/build.c \
	%D%/build_columns.c \
	%D%/build_groups.c \
	%D%/cadence.h \
	%D%/checkpoint.c \
	%D%/columns.c \
	%D%/confusion.c \
	%D%/feed.c \
	%D%/fingerprint.c \
	%D%/glob.c \
	%D%/glob.h \
	%D%/held.c \
	%D%/internals.c \
	%D%/held.h \
	%D%/keeps.c \
	%D%/keeps.h \
	%D%/last.c \
	%D%/last.h \
	%D%/obey.c \
	%D%/pace.c \
	%D%/pace.h \
	%D%/parity.c \
	%D%/parity_file.c \
	%D%/parity_hand.def \
	%D%/parity_priv.h \
	%D%/parity_state.c \
	%D%/pilot.c \
	%D%/position.c \
	%D%/position.h \
	%D%/result.c \
	%D%/ring.c \
	%D%/safetensors.c \
	%D%/sampler.c \
	%D%/snapshot.c \
	%D%/steer.c \
	%D%/trainer.c \
	%D%/trainer_priv.h \
	%D%/trainer_row.c \
	%D%/view.c \
	%D%/view_tensors.c \
	%D%/waypoint.c \
	%D%/weights.c \
	%D%/worker.c \
	%D%/worker_priv.h

ob_headers += \
	include/optbench/train/batches.h \
	include/optbench/train/columns.h \
	include/optbench/train/command.h \
	include/optbench/train/feed.h \
	include/optbench/train/fingerprint.h \
	include/optbench/train/parity.h \
	include/optbench/train/result.h \
	include/optbench/train/ring.h \
	include/optbench/train/row.h \
	include/optbench/train/safetensors.h \
	include/optbench/train/sampler.h \
	include/optbench/train/snapshot.h \
	include/optbench/train/trainer.h \
	include/optbench/train/waypoint.h \
	include/optbench/train/weights.h \
	include/optbench/train/worker.h
