/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The observer: a thread of a pinner that looks at the mapping as soon as a
 * teardown has returned, also when the pinner itself is stuck in a pin.
 */
#ifndef GR_ENGINE_OBSERVER_H
#define GR_ENGINE_OBSERVER_H

#include <pthread.h>
#include <stdint.h>

#include "engine/stage.h"

struct gr_observer {
	struct gr_stage *st;
	struct gr_pin_facts *facts;
	pthread_t thread;
	int pipe[2];
	char *page; /* faulted in; NULL = nothing is mapped */
	uint32_t looked; /* iteration */
};

/** gr_observer_start() - 0 or -errno. */
int gr_observer_start(struct gr_observer *ob, struct gr_stage *st,
		      struct gr_pin_facts *facts);

/**
 * gr_observer_watch() - from now on look at @page; NULL: at nothing, and wait
 * until no look is under way.
 */
void gr_observer_watch(struct gr_observer *ob, char *page);

#endif /* GR_ENGINE_OBSERVER_H */
