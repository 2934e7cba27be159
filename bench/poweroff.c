// SPDX-License-Identifier: GPL-2.0-only
/*
 * The init of a bare guest: powers it off at once.
 */
#include <sys/reboot.h>

int main(void)
{
	return reboot(RB_POWER_OFF);
}
