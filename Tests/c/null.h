/* What the tests about NULL share. */
#ifndef NULL_H
#define NULL_H

/* What an output holds before a call that has to overwrite it. */
#define STALE ((void *)0x1)

#define NULL_PARAMETER(call) CHECK_RESULT(call, MCPAUTH_ERR_NULL_PARAMETER)

#endif /* NULL_H */
