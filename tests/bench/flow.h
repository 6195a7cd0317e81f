// Flow: closed forms, the peer's published cases, and how long it takes.
#pragma once

namespace bench {

// Prints tables.
void print_flow();

}  // namespace bench
