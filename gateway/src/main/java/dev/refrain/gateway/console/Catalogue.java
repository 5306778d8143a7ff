package dev.refrain.gateway.console;

import dev.refrain.Inventory;

/** What is kept, and who can have it renewed. */
public record Catalogue(Inventory inventory, Refresher refresher) {}
