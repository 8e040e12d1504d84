//! What `wit-bindgen` makes of `wit/v0`. Plugins use the crate's own names, never these.
//!
//! One world for each interface a plugin exports: the linker adds up those a plugin uses, so a
//! validator comes out as `validator-plugin` and an exporter as `exporter-plugin`.

/// `describe`, the types all worlds share, and what the host offers.
pub mod describe {
    wit_bindgen::generate!({
        path: "wit/v0",
        inline: "
            package govkit:sdk;
            world describe-part {
                include govkit:plugin/imports@0.1.0;
                export govkit:plugin/describe@0.1.0;
            }
        ",
        world: "govkit:sdk/describe-part",
        pub_export_macro: true,
        export_macro_name: "export_describe",
        default_bindings_module: "govkit_sdk::bindings::describe",
        generate_all,
    });
}

/// `validator`.
pub mod validator {
    wit_bindgen::generate!({
        path: "wit/v0",
        inline: "
            package govkit:sdk;
            world validator-part {
                export govkit:plugin/validator@0.1.0;
            }
        ",
        world: "govkit:sdk/validator-part",
        pub_export_macro: true,
        export_macro_name: "export_validator",
        default_bindings_module: "govkit_sdk::bindings::validator",
        with: {
            "govkit:plugin/types@0.1.0": crate::bindings::describe::govkit::plugin::types,
        },
        generate_all,
    });
}

/// `exporter`.
pub mod exporter {
    wit_bindgen::generate!({
        path: "wit/v0",
        inline: "
            package govkit:sdk;
            world exporter-part {
                export govkit:plugin/exporter@0.1.0;
            }
        ",
        world: "govkit:sdk/exporter-part",
        pub_export_macro: true,
        export_macro_name: "export_exporter",
        default_bindings_module: "govkit_sdk::bindings::exporter",
        with: {
            "govkit:plugin/types@0.1.0": crate::bindings::describe::govkit::plugin::types,
        },
        generate_all,
    });
}

/// What changed: the types `change-validator` and `change-exporter` share.
pub mod changes {
    wit_bindgen::generate!({
        path: "wit/v0",
        inline: "
            package govkit:sdk;
            world changes-part {
                import govkit:plugin/changes@0.1.0;
            }
        ",
        world: "govkit:sdk/changes-part",
        generate_all,
    });
}

/// `change-validator`.
pub mod change_validator {
    wit_bindgen::generate!({
        path: "wit/v0",
        inline: "
            package govkit:sdk;
            world change-validator-part {
                export govkit:plugin/change-validator@0.1.0;
            }
        ",
        world: "govkit:sdk/change-validator-part",
        pub_export_macro: true,
        export_macro_name: "export_change_validator",
        default_bindings_module: "govkit_sdk::bindings::change_validator",
        with: {
            "govkit:plugin/types@0.1.0": crate::bindings::describe::govkit::plugin::types,
            "govkit:plugin/changes@0.1.0": crate::bindings::changes::govkit::plugin::changes,
        },
        generate_all,
    });
}

/// `change-exporter`.
pub mod change_exporter {
    wit_bindgen::generate!({
        path: "wit/v0",
        inline: "
            package govkit:sdk;
            world change-exporter-part {
                export govkit:plugin/change-exporter@0.1.0;
            }
        ",
        world: "govkit:sdk/change-exporter-part",
        pub_export_macro: true,
        export_macro_name: "export_change_exporter",
        default_bindings_module: "govkit_sdk::bindings::change_exporter",
        with: {
            "govkit:plugin/types@0.1.0": crate::bindings::describe::govkit::plugin::types,
            "govkit:plugin/changes@0.1.0": crate::bindings::changes::govkit::plugin::changes,
        },
        generate_all,
    });
}

/// `importer`.
pub mod importer {
    wit_bindgen::generate!({
        path: "wit/v0",
        inline: "
            package govkit:sdk;
            world importer-part {
                export govkit:plugin/importer@0.1.0;
            }
        ",
        world: "govkit:sdk/importer-part",
        pub_export_macro: true,
        export_macro_name: "export_importer",
        default_bindings_module: "govkit_sdk::bindings::importer",
        with: {
            "govkit:plugin/types@0.1.0": crate::bindings::describe::govkit::plugin::types,
        },
        generate_all,
    });
}

/// What the host offers to those that ask.
pub mod asked {
    wit_bindgen::generate!({
        path: "wit/v0",
        inline: "
            package govkit:sdk;
            world asked-part {
                include govkit:plugin/optional-imports@0.1.0;
            }
        ",
        world: "govkit:sdk/asked-part",
        generate_all,
    });
}
